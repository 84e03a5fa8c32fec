"""Django's own commands, with Conmuta's settings."""

import argparse
import os

HELP = "Django's management commands: ./conmuta manage migrate, shell, makemigrations …"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `manage` is Django's."""
    parser.prefix_chars = "\0"  # so that --help and options of the command reach Django
    parser.add_argument("words", nargs="*")


def run(args: argparse.Namespace) -> int:
    """Hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["conmuta manage", *args.words])
    return 0
