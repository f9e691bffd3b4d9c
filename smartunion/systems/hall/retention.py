"""What outlives a request for deletion, why, how long, by which rule; the same words for her, the office and the documents."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Label = str | Promise


@dataclass(frozen=True)
class Kept:
    """One thing that stays. how_long: in words."""

    what: Label
    why: Label
    how_long: Label
    source: Label


def kept(case_years: int) -> list[Kept]:
    """Everything that stays. case_years: how long closed cases are kept (policy casework.keep_years)."""
    years = ngettext("%(years)s year after it ended", "%(years)s years after it ended", case_years) % {
        "years": case_years
    }
    return [
        Kept(
            _("Closed cases, locked"), _("A decision may have to be accounted for while a claim can still be raised."),
            years, _("Civil Code art. 188"),
        ),
        *ALWAYS,
    ]  # fmt: skip


ALWAYS = (
    Kept(
        gettext_lazy("Days and unions of memberships, without name, number or phone"),
        gettext_lazy("Counts and history of unions hold; they no longer tell who it was."),
        gettext_lazy("as long as the union's own records"),
        gettext_lazy(
            "Personal Information Protection Law art. 4: what is anonymous is no personal information"
        ),
    ),
    Kept(
        gettext_lazy("Record of who looked at or changed the data, by number alone"),
        gettext_lazy("Security logs must be kept, and misuse must stay provable."),
        gettext_lazy("at least six months; sensitive handling three years"),
        gettext_lazy("Cybersecurity Law art. 21; Personal Information Protection Law art. 56"),
    ),
    Kept(
        gettext_lazy("That data were handed to others, and that consent was given"),
        gettext_lazy("Whoever hands data on must be able to prove on what ground."),
        gettext_lazy("at least three years"),
        gettext_lazy("Network data regulation of 2024 art. 12"),
    ),
    Kept(
        gettext_lazy("Receipts of money paid out"),
        gettext_lazy("Accounts must be kept."),
        gettext_lazy("thirty years"),
        gettext_lazy("Measures on accounting archives of 2015"),
    ),
)
