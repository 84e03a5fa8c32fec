"""One call, explained."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conmuta.apps.calls.api import CallStory

HELP = "explain a call: ./conmuta call ID [--language es|en --json]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The call's id, as `conmuta calls` shows it."""
    parser.add_argument("id", help="the call's id, such as 1-1795000000.42")
    parser.add_argument("--language", choices=("es", "en"), default="", help="else the company's")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Print the story; 1 where there is no such call."""
    from conmuta.cli._calls import as_text, ready, refused, system_scope

    ready()
    from conmuta.apps.calls import api as calls
    from conmuta.platform.errors import Problem

    try:
        with system_scope() as scope:
            story = calls.call(scope, args.id, args.language)
    except Problem as problem:
        return refused(problem)
    sys.stdout.write(as_text(story) if args.json else "\n".join(told(story)) + "\n")
    return 0


def told(story: "CallStory") -> "Iterator[str]":
    """The story line by line, in the company's time zone."""
    from zoneinfo import ZoneInfo

    from conmuta.cli.calls import line

    zone = ZoneInfo(story.time_zone)
    yield line(story.call, zone)
    for moment in story.moments:
        yield f"  {moment.at.astimezone(zone):%H:%M:%S} {moment.text}"
    for recording in story.recordings:
        length = f"{round(recording.seconds)} s, {recording.bytes} bytes"
        yield f"  recording {recording.id}: {length}, sha256 {recording.sha256}"
    for other in story.related:
        yield f"  joined with {line(other, zone)}"
