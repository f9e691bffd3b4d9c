"""The `smartunion` command: every management command of every room, with one help page."""

import os
import sys


def main(argv: list[str] | None = None) -> None:
    """Run one command; `smartunion` alone lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartunion.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["smartunion", *(sys.argv[1:] if argv is None else argv)])
