"""Check the machine, or compute what recordings need."""

import argparse
import json

HELP = "check this machine and its Asterisk, and say what to do; compute room for recordings"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--json` for programs; `--recordings` for the calculator."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--recordings",
        metavar="DISK|MINUTES",
        help="how many minutes of calls a disk holds (500GB, 2TB), or what minutes take (3000min)",
    )


def run(args: argparse.Namespace) -> int:
    """0 when nothing failed; 1 when something must be mended first."""
    if args.recordings:
        return _recordings(args.recordings, as_json=args.json)
    from conmuta.local.doctor import probe, report, rules
    from conmuta.local.doctor.findings import Level
    from conmuta.local.places import places

    seen = probe.look(places())
    findings = rules.judge(seen)
    told = report.as_json(seen, findings) if args.json else report.as_text(seen, findings)
    print(told if isinstance(told, str) else json.dumps(told, indent=2, ensure_ascii=False))
    return 1 if report.worst(findings) is Level.FAILURE else 0


def _recordings(text: str, *, as_json: bool) -> int:
    from conmuta.local.doctor import recordings, report

    try:
        asked = recordings.ask(text)
    except ValueError as fault:
        print(fault)
        return 2
    if as_json:
        print(json.dumps(report.recordings_json(asked), indent=2, ensure_ascii=False))
    else:
        print(report.recordings_text(asked))
    return 0
