"""Import a list from the command line: the same steps as on the page."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.core.errors import DomainError, joined_sentences
from smartunion.core.files.intake import stream
from smartunion.core.jobs import runner
from smartunion.ground.registry.flows import imports
from smartunion.ground.registry.imports.staged import RowOutcome
from smartunion.ground.registry.models import ImportBatch, ImportRow, ImportState, TradeUnion
from smartunion.site.desk.imports import OUTCOMES, filled_in_words

#: Refused rows written to the terminal.
SHOWN = 20


class Command(BaseCommand):
    """`smartunion import_list FILE --under NUMBER`."""

    help = "Preview a list of members or unions; --apply stores it, --undo N takes import N back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--under", help="Number or exact name of the union below which the rows belong.")
        parser.add_argument("--kind", default="", choices=["", "members", "unions"])
        parser.add_argument("--apply", action="store_true", help="Store what the preview shows.")
        parser.add_argument("--refused", type=Path, help="Write the refused rows to this XLSX file.")
        parser.add_argument("--undo", type=int, metavar="N", help="Take import N back.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; exit code 1 when nothing could be read."""
        actor = system("import_list", source="cli")
        try:
            if options["undo"]:
                batch = imports.undo(actor=actor, batch_id=options["undo"], at=clock.now())
            else:
                batch = self._bring_in(actor, options)
            runner.drain()
            batch.refresh_from_db()
            self._say(batch)
            if options["refused"] and batch.rejects:
                options["refused"].write_bytes(b"".join(stream(batch.rejects)))
                self.stdout.write(_("The refused rows lie in %(file)s.") % {"file": options["refused"]})
            if options["apply"] and batch.state == ImportState.PREVIEW:
                imports.apply(actor=actor, batch_id=batch.pk, at=clock.now())
                runner.drain()
                batch.refresh_from_db()
                self._say_outcome(batch)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        if batch.state == "failed":
            raise CommandError(batch.summary.get("error", "The file could not be read."))

    def _bring_in(self, actor: Any, options: dict[str, Any]) -> ImportBatch:
        path: Path | None = options["file"]
        if path is None or not path.is_file():
            raise CommandError("Name a file that exists, or --undo N.")
        under = options["under"] or ""
        union = (
            TradeUnion.objects.filter(number=under).first() or TradeUnion.objects.filter(name=under).first()
        )
        if union is None:
            raise CommandError(f"--under: there is no union with the number or name {under!r}.")
        return imports.bring_in(
            actor=actor,
            union_id=union.pk,
            chunks=_pieces(path),
            name=path.name,
            kind=options["kind"],
            at=clock.now(),
        )

    def _say(self, batch: ImportBatch) -> None:
        self._say_outcome(batch)
        for form in batch.summary.get("filled_in", []):
            self.stdout.write("  " + filled_in_words(form))
        refused = ImportRow.objects.filter(batch=batch, outcome=RowOutcome.REFUSE).order_by("number")
        for row in refused[:SHOWN]:
            reasons = joined_sentences(*(joined_sentences(p["message"], p["remedy"]) for p in row.problems))
            self.stdout.write(f"  {row.sheet} {row.number}: {reasons}")
        more = batch.summary.get("outcomes", {}).get(RowOutcome.REFUSE, 0) - SHOWN
        if more > 0:
            self.stdout.write(
                "  " + _("and %(number)s more; --refused FILE writes them all") % {"number": f"{more:,}"}
            )

    def _say_outcome(self, batch: ImportBatch) -> None:
        counts = batch.summary.get("outcomes", {})
        said = "，".join(f"{label} {counts[key]:,}" for key, label in OUTCOMES if counts.get(key))
        heading = _("Import %(number)s, %(file)s: %(state)s.") % {
            "number": batch.pk, "file": batch.file.name, "state": batch.get_state_display(),
        }  # fmt: skip
        self.stdout.write(f"{heading} {said}".strip())


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece
