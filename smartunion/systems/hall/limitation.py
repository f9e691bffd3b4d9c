"""How long arbitration can still be asked for; pure.

Source: Labour Dispute Mediation and Arbitration Law art. 27: one year from the day one knew or should have known;
unpaid wages while employed have no limit, but one year from the end of employment.
"""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _


def last_day_to_claim(form: Mapping[str, object]) -> tuple[date | None, str] | None:
    """The last day and the rule it follows from; a day of None means no limit runs; None: too little is known.

    form: answers with learnt_on (ISO day), about, and left_on where employment has ended.
    """
    left = _day(form.get("left_on"))
    if form.get("about") == "wages" and (form.get("employed") is True or left is not None):
        if left is None:
            return None, _("Unpaid wages while employed: no limit runs before employment ends (art. 27).")
        return _a_year_after(left), _("One year from the end of employment (art. 27).")
    learnt = _day(form.get("learnt_on"))
    if learnt is None:
        return None
    return _a_year_after(learnt), _(
        "One year from the day she learnt of it; talks and complaints begin it anew (art. 27)."
    )


def _a_year_after(day: date) -> date:
    """The same day of the next year; the last of February when there is none."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None
