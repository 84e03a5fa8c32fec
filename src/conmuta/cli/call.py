"""One call, explained."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conmuta.apps.calls.api import CallStory

HELP = "explain a call: ./conmuta call ID [--language es|en --json --recording N --output FILE]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The call's id, as `conmuta calls` shows it."""
    parser.add_argument("id", help="the call's id, such as 1-1795000000.42")
    parser.add_argument("--language", choices=("es", "en"), default="", help="else the company's")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--recording", type=int, metavar="N", help="save its Nth recording")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to: an Ogg file")


def run(args: argparse.Namespace) -> int:
    """Print the story, or save a recording; 1 where there is no such."""
    if (args.recording is None) != (args.output is None):
        print("--recording and --output go together.", file=sys.stderr)
        return 2
    from conmuta.cli._calls import as_text, refused, system_scope
    from conmuta.cli._tenants import ready

    ready()
    from conmuta.apps.calls import api as calls
    from conmuta.platform.errors import Problem

    try:
        with system_scope() as scope:
            story = calls.call(scope, args.id, args.language)
    except Problem as problem:
        return refused(problem)
    if args.recording is not None:
        return save(story, args.recording, args.output)
    sys.stdout.write(as_text(story) if args.json else "\n".join(told(story)) + "\n")
    return 0


def save(story: "CallStory", number: int, target: Path) -> int:
    """Saves recording `number` (from 1) of a call, whole, and never over another file."""
    from conmuta.apps.calls import api as calls
    from conmuta.cli._calls import refused
    from conmuta.cli._tenants import tenant_scope
    from conmuta.platform.errors import Problem

    if not 1 <= number <= len(story.recordings):
        print(f"The call has {len(story.recordings)} recordings.", file=sys.stderr)
        return 1
    try:
        with tenant_scope(story.call.tenant, "call") as scope:
            kept = calls.export(scope, story.recordings[number - 1].id, target)
    except FileExistsError:
        print(f"{target} is there already, and is left as it is.", file=sys.stderr)
        return 1
    except (Problem, OSError) as problem:
        return refused(problem)
    print(f"{target}: {round(kept.seconds)} s, {kept.bytes} bytes, sha256 {kept.sha256}")
    return 0


def told(story: "CallStory") -> "Iterator[str]":
    """The story line by line, in the company's time zone."""
    from zoneinfo import ZoneInfo

    from conmuta.cli.calls import line

    zone = ZoneInfo(story.time_zone)
    yield line(story.call, zone)
    for moment in story.moments:
        yield f"  {moment.at.astimezone(zone):%H:%M:%S} {moment.text}"
    for count, recording in enumerate(story.recordings, 1):
        length = f"{round(recording.seconds)} s, {recording.bytes} bytes"
        yield f"  recording {count} ({recording.id}): {length}, sha256 {recording.sha256}"
    for other in story.related:
        yield f"  joined with {line(other, zone)}"
