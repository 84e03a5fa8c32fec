"""Benchmarks: each is a file of `bench/` with `main(argv) -> int`."""

import argparse
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

HELP = "measure: ./conmuta bench NAME [--json]; without a name, the list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A name; the rest is the benchmark's own."""
    parser.add_argument("name", nargs="?", help="which; without it, the list")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="what the benchmark takes")


def run(args: argparse.Namespace) -> int:
    """The benchmark's exit code; 2 where there is none of that name."""
    from conmuta.local.places import CHECKOUT

    folder = CHECKOUT / "bench"
    found = names(folder)
    if args.name in found:
        sys.path.insert(0, str(CHECKOUT))
        return int(_load(folder / f"{args.name}.py").main(args.words))
    if args.name:
        print(f"There is no benchmark {args.name!r}.", file=sys.stderr)
    print("\n".join(["Benchmarks:", *(f"  {name:<10} {told}" for name, told in found.items())]))
    return 2 if args.name else 0


def names(folder: Path) -> dict[str, str]:
    """Each benchmark and the first line of what it says of itself."""
    found = {}
    for path in sorted(folder.glob("[!_]*.py")):
        text = path.read_text()
        if "def main(" in text:
            found[path.stem] = text.strip('" \n').partition("\n")[0].strip('"')
    return found


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
