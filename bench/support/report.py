"""What a benchmark says: text for a person, or one JSON object with figures and machine."""

import argparse
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = next(
        int(line.split()[1]) // 1024
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemTotal")
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_mb": memory,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


@dataclass(frozen=True, slots=True)
class Report:
    """`figures` go to JSON; `lines` are the same for a person."""

    name: str
    figures: Any
    lines: Sequence[str]
    more: Mapping[str, Any] = field(default_factory=dict)
    """What stands beside `figures` in the JSON object."""


def parser(name: str, told: str) -> argparse.ArgumentParser:
    """A parser with `--json`, which every benchmark takes."""
    made = argparse.ArgumentParser(prog=f"conmuta bench {name}", description=told)
    made.add_argument("--json", action="store_true", help="one JSON object instead of text")
    return made


def show(report: Report, *, as_json: bool, where: Mapping[str, Any]) -> int:
    """Print the report; always 0, since a figure is not a verdict."""
    if as_json:
        told = {"benchmark": report.name, "figures": report.figures, "machine": where}
        print(json.dumps({**told, **report.more}))
        return 0
    print(f"{report.name}, on {where['cores']} cores of {where['cpu']}")
    for line in report.lines:
        print(f"  {line}")
    return 0
