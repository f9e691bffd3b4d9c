"""What a claim gives, line by line: medical, study, model workers, degree subsidies; pure."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.systems.aid.rules.hardship import Line, cents, money


class AidKind(TextChoices):
    """What aid is given as."""

    MEDICAL = "medical", gettext_lazy("Medical aid")
    STUDY = "study", gettext_lazy("Study aid")
    LIVING = "living", pgettext_lazy("aid", "Living aid")
    GOODS = "goods", pgettext_lazy("aid", "Goods")
    MODEL_WORKER = "model_worker", gettext_lazy("Support of model workers")
    DEGREE = "degree", gettext_lazy("Degree subsidy")


@dataclass(frozen=True)
class Claimed:
    """What a claim comes to, and why. refusal: why nothing is given, "" when something is."""

    amount_yuan: Decimal
    lines: tuple[Line, ...]
    refusal: str = ""


def medical(
    *,
    own_cost_yuan: Decimal,
    other_aid_yuan: Decimal,
    ratio: Decimal,
    most_yuan: Decimal,
    given_yuan: Decimal,
) -> Claimed:
    """Medical aid: a share of what illness cost oneself within a year after other aid, up to what is left of the year.

    given_yuan: medical aid of the same year. Source: domain rules 5.8 (own cost within a year, other aid deducted).
    """
    left = max(Decimal(0), own_cost_yuan - other_aid_yuan)
    share, room = cents(left * ratio), max(Decimal(0), most_yuan - given_yuan)
    lines = (
        Line(
            _("Own cost less other aid"), f"{money(own_cost_yuan)} − {money(other_aid_yuan)} = {money(left)}"
        ),
        Line(_("Share that is given"), f"{money(left)} × {ratio * 100:.0f}% = {money(share)}"),
        Line(_("Left of the year"), f"{money(most_yuan)} − {money(given_yuan)} = {money(room)}"),
    )
    amount = min(share, room)
    if amount > 0:
        return Claimed(amount, lines)
    if left == 0:
        return Claimed(
            Decimal(0), lines, _("Other aid has covered the whole cost; nothing is left to help with.")
        )
    return Claimed(
        Decimal(0), lines, _("This year’s medical aid has been used up. A new claim is possible next year.")
    )


def study(
    *, fee_yuan: Decimal, other_yuan: Decimal, most_yuan: Decimal, is_admitted: bool, has_given: bool
) -> Claimed:
    """Study aid of a school year: the fee that grants and loans leave, up to the most; once a school year.

    Source: domain rules 5.8 (admission, loan, other grants must not be double).
    """
    left = max(Decimal(0), fee_yuan - other_yuan)
    lines = (
        Line(_("Admitted or enrolled"), _("yes") if is_admitted else _("no"), is_admitted),
        Line(_("No study aid of this school year yet"), _("no") if has_given else _("yes"), not has_given),
        Line(_("Fee less grants and loans"), f"{money(fee_yuan)} − {money(other_yuan)} = {money(left)}"),
        Line(_("At most"), f"min({money(left)}, {money(most_yuan)}) = {money(min(left, most_yuan))}"),
    )
    why = ""
    if not is_admitted:
        why = _("Study aid needs an admission or a proof of enrolment.")
    elif has_given:
        why = _("Study aid of this school year has been given already.")
    elif left == 0:
        why = _("Grants and loans cover the whole fee; the same cost is not paid twice.")
    return Claimed(Decimal(0) if why else cents(min(left, most_yuan)), lines, why)


def model_worker(
    *, income_yuan: Decimal, line_yuan: Decimal, most_yuan: Decimal, given_yuan: Decimal
) -> Claimed:
    """Support of a model worker with little income: twelve times what is missing to the line, up to what is left.

    income_yuan, line_yuan: a month. Raises ValueError when no line is set.
    """
    if line_yuan <= 0:
        raise ValueError("the income line is not set")
    missing = max(Decimal(0), line_yuan - income_yuan)
    room = max(Decimal(0), most_yuan - given_yuan)
    lines = (
        Line(
            _("Income below the line"), f"{money(income_yuan)} < {money(line_yuan)}", income_yuan < line_yuan
        ),
        Line(
            _("Missing in a year"),
            f"({money(line_yuan)} − {money(income_yuan)}) × 12 = {money(missing * 12)}",
        ),
        Line(_("Left of the year"), f"{money(most_yuan)} − {money(given_yuan)} = {money(room)}"),
    )
    amount = cents(min(missing * 12, room))
    if amount > 0:
        return Claimed(amount, lines)
    why = (
        _("The income is not below the line.")
        if missing == 0
        else _("This year’s support has been given already.")
    )
    return Claimed(Decimal(0), lines, why)
