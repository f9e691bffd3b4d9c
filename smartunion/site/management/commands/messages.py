"""Check the language catalogues; add what is missing as empty entries; compile."""

from argparse import ArgumentParser
from typing import Any

import polib
from django.core.management.base import BaseCommand

from smartunion.site import catalogues


class Command(BaseCommand):
    """`smartunion messages`."""

    help = "List messages without a translation; --write adds them as empty entries to the room's catalogue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--room", default="", help="Only this room, e.g. ground/registry.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Report; exit code 1 when something is missing or reads in several ways."""
        gaps = [gap for gap in catalogues.gaps() if gap.room.startswith(options["room"])]
        for gap in gaps:
            self.stdout.write(
                f"{gap.language} {gap.room}: {gap.why}: {gap.message.msgid!r} ({gap.message.place})"
            )
            if options["write"] and gap.why == "missing":
                _add(gap)
        clashes = catalogues.clashes()
        for clash in clashes:
            readings = "; ".join(f"{words} ({', '.join(rooms)})" for words, rooms in clash.readings.items())
            self.stdout.write(f"{clash.language}: {clash.msgid!r} is read in several ways: {readings}")
        unsaid = catalogues.unsaid()
        for language, room, msgid in unsaid:
            self.stdout.write(f"{language} {room}: stands in no source: {msgid!r}")
        self.stdout.write(
            f"{catalogues.compile_stale()} catalogues compiled, {len(gaps)} messages to translate, "
            f"{len(clashes)} read in several ways, {len(unsaid)} that nothing says"
        )
        if gaps or clashes or unsaid:
            raise SystemExit(1)


def _add(gap: catalogues.Gap) -> None:
    path = catalogues.PACKAGE / gap.room / "locale" / gap.language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    book = polib.pofile(str(path)) if path.exists() else polib.POFile(wrapwidth=110)
    if not path.exists():
        book.metadata = {
            "Content-Type": "text/plain; charset=UTF-8",
            "Language": gap.language,
            "Plural-Forms": "nplurals=1; plural=0;",
        }
    message = gap.message
    if book.find(message.msgid, msgctxt=message.context or False) is None:
        entry = polib.POEntry(
            msgid=message.msgid, msgstr="", msgctxt=message.context or None, comment=message.place
        )
        if message.plural:
            entry.msgid_plural, entry.msgstr_plural = message.plural, {0: ""}
        book.append(entry)
        book.save(str(path))
