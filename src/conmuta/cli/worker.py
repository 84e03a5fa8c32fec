"""The worker alone: outbox, jobs and schedules."""

import argparse
import os

HELP = "run the worker alone: events, jobs, schedules (./conmuta up runs all)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 — every subcommand takes them
    """Work until stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")
    import django

    django.setup()
    from conmuta.wiring.worker import main

    return main()
