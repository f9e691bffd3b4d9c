"""Points of need where places go to the front line first; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

#: Years that count at most, and what somebody has who never had one.
NEVER_YEARS = 10
_NOT_FRONT = ("其他", "管理", "行政", "other")


def is_front_line(answer: str, *, groups: Iterable[str] = ()) -> bool:
    """Whether a post counts as front line: by the answer given, or because the registry knows a new-form worker.

    Answers that begin with 其他, 管理 or 行政 do not. Source: Liyang 2023, posts with priority (systems S086).
    """
    said = answer.strip().lower()
    return "new_form" in set(groups) or (bool(said) and not said.startswith(_NOT_FRONT))


class Source(TextChoices):
    """From whom it is known that somebody works in the front line."""

    REGISTER = "register", _("the register")
    CHAIR = "chair", _("confirmed by the union")
    SELF = "self", _("said by herself, not confirmed")


@dataclass(frozen=True)
class Standing:
    """Whether somebody counts as front line, and from whom that is known."""

    is_front: bool
    source: Source


def standing(answer: str, *, groups: Iterable[str] = (), confirmed: bool | None = None) -> Standing:
    """What holds: the register where it knows a new-form worker, then what the chair said, else her own answer.

    confirmed: what the chair of her union said, None when nothing.
    """
    if "new_form" in set(groups):
        return Standing(True, Source.REGISTER)
    if confirmed is not None:
        return Standing(confirmed, Source.CHAIR)
    return Standing(is_front_line(answer), Source.SELF)


def points(*, front_line: bool, years: int | None, weight: int) -> int:
    """weight for the front line, and ten for each year since the last time, ten years at most; None: never had one.

    With a weight of 100 somebody of the front line who had one last year comes before an office worker who never had one.
    """
    waited = NEVER_YEARS if years is None else max(0, min(years, NEVER_YEARS))
    return (weight if front_line else 0) + waited * 10
