"""An issue on A4: what hangs out in the workshop and the village."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from smartunion.core import pdf
from smartunion.core.clock import local_date
from smartunion.systems.vacancies.listings import issue_words, pay_words
from smartunion.systems.vacancies.models import Issue, Vacancy

BULLETIN = Path(__file__).resolve().parent / "typst" / "bulletin.typ"


def bulletin(issue: Issue, rows: Sequence[Vacancy], *, address: str, at: datetime) -> bytes:
    """The issue as PDF. rows: what is still posted; whom to call is not printed: it is read at `address`, signed in."""
    lines = [
        [
            row.title, row.employer.name, pay_words(row), _("%(n)s wanted") % {"n": row.headcount},
            " ".join(filter(None, (row.region.name, row.place))), row.text, row.requirements,
            _("Open until %(day)s") % {"day": row.valid_until.isoformat()},
        ]
        for row in rows
    ]  # fmt: skip
    values = {
        "title": issue.title or _("Vacancies"), "number": issue_words(issue), "union": issue.union.name,
        "day": local_date(issue.published_at).isoformat(), "foreword": issue.foreword,
        "rows": json.dumps(lines, ensure_ascii=False), "needed": _("Needed:"),
        "note": _(
            "As of %(day)s. To call, open %(address)s and sign in. "
            "No employer may ask you for a deposit (Labour Contract Law art. 9); tell the union."
        )
        % {"day": local_date(at).isoformat(), "address": address},
    }  # fmt: skip
    return pdf.render(BULLETIN, values, at=at)
