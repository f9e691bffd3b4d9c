"""Answer a file of questions."""

import csv
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.ground.policies import service as policies
from smartunion.ground.policies.parameters import PARAMETERS
from smartunion.systems.guide import filing, knowledge
from smartunion.systems.guide.retrieval.guide import Guide


class Command(BaseCommand):
    """`smartunion guide`."""

    help = "Answer a CSV of questions (qid, question) with services, rules, places and people."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("questions", type=Path, help="CSV with the columns qid and question.")
        parser.add_argument("--out", type=Path, help="Where the answers go; without it to the screen.")
        parser.add_argument(
            "--shipped", action="store_true", help="Only what came with the program; no database is asked."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer every question in order."""
        guide, sure = _ready(options["shipped"])
        try:
            rows = list(filing.answered(guide, filing.questions(options["questions"]), sure=sure))
        except filing.NotReadable as error:
            raise CommandError(str(error)) from None
        if options["out"] is None:
            _write(sys.stdout, rows)
            return
        with options["out"].open("w", encoding="utf-8", newline="") as out:
            _write(out, rows)
        words = _("%(count)s questions answered, %(rows)s rows in %(file)s.")
        count = sum(row[1] == 1 for row in rows)
        self.stderr.write(words % {"count": count, "rows": len(rows), "file": options["out"]})


def _ready(shipped_only: bool) -> tuple[Guide, float]:
    """The guide of this installation; what came with the program where there is no database yet."""
    default = float(PARAMETERS["guide.sure_ratio"].default)
    if not shipped_only:
        try:
            sure = policies.value("guide.sure_ratio", path="", on=clock.today())
            return knowledge.guide(), float(sure)
        except DatabaseError:
            pass
    return knowledge.shipped_guide(), default


def _write(out: Any, rows: list[tuple[str, int, str, str, str, str]]) -> None:
    writer = csv.writer(out, lineterminator="\n")  # out: any text stream
    writer.writerow(filing.COLUMNS)
    writer.writerows(rows)
