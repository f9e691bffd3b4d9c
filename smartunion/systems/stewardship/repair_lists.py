"""The lists behind the score: each row says what is wrong, by which rule, and opens the form where it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from django.db.models import F, IntegerField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor, within
from smartunion.core.clock import local_date
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import NumberRange, Text
from smartunion.core.listing.listing import Listing
from smartunion.ground.registry.queries.members import find_members
from smartunion.ground.registry.rules import EmployerState
from smartunion.systems.stewardship.models import UnionQuality
from smartunion.systems.stewardship.queries.scores import many_faults
from smartunion.systems.stewardship.rules.quality import BY_KEY, Points, Rule, Subject

#: Rule → form that mends it; by subject otherwise.
_FORMS = {
    "member_no_number": "desk:person_correct", "member_no_birth": "desk:person_correct", "member_no_sex": "desk:person_correct",
    "member_identity_differs": "desk:person_correct", "member_identity_unknown": "desk:person_correct",
    "member_identity_ended": "desk:person", "member_identity_open": "desk:person", "member_identity_same": "desk:person",
    "member_too_young": "desk:person_correct", "member_no_employer": "desk:person", "member_firm_closed": "desk:person",
    "union_no_term": "desk:union_term", "union_term_over": "desk:union_term", "union_no_employer": "desk:union_cover",
    "union_no_members": "desk:member_add", "employer_closed": "desk:employer",
}  # fmt: skip
_FORM = {
    Subject.MEMBER: "desk:person_edit", Subject.UNION: "desk:union_edit", Subject.EMPLOYER: "desk:employer_edit",
}  # fmt: skip
_RELATED = {
    Subject.MEMBER: ("person", "union", "employer"),
    Subject.UNION: ("parent",),
    Subject.EMPLOYER: ("employer", "union"),
}
#: Where a record is read by those who may not mend it, and the permission and path that decide.
_PAGE = {Subject.MEMBER: "desk:person", Subject.UNION: "desk:union", Subject.EMPLOYER: "desk:employer"}
_MENDED_BY = {
    Subject.MEMBER: "members.edit",
    Subject.UNION: "registry.edit",
    Subject.EMPLOYER: "registry.edit",
}
_MENDED_WITH = {"union_no_members": "members.edit"}
_PATH = {Subject.MEMBER: "union_path", Subject.UNION: "path", Subject.EMPLOYER: "union_path"}


@dataclass(frozen=True, kw_only=True)
class RepairList(Listing):
    """A list of records that break one rule."""

    rule: Rule

    def prepared(self, rows: "QuerySet[Any, Any]") -> "QuerySet[Any, Any]":
        """The rows with what the columns show."""
        return rows.select_related(*_RELATED[self.rule.subject])


def repair_list_for(actor: Actor, key: str, path: str) -> RepairList:
    """The list of one rule; its rows lead to the form that mends them, or to the record where the actor may only read.

    path: of the union it is the list of.
    """
    listing = repair_list(key)

    def known(_actor: Actor, given: Mapping[str, Any]) -> int | None:
        return None if given else many_faults(path, key)

    return replace(listing, row_url=partial(_mended_at, actor, listing.rule), known=known)


def _mended_at(actor: Actor, rule: Rule, row: Any) -> str:
    subject = rule.subject
    permission = _MENDED_WITH.get(rule.key, _MENDED_BY[subject])
    is_shut = subject is Subject.EMPLOYER and row.employer.state == EmployerState.CLOSED
    may_mend = not is_shut and actor.can(permission, path=getattr(row, _PATH[subject]))
    page = _FORMS.get(rule.key, _FORM[subject]) if may_mend else _PAGE[subject]
    return reverse(page, args=[_record(subject, row)])


@cache
def repair_list(key: str) -> RepairList:
    """The columns of one rule's list."""
    rule = BY_KEY[key]
    fault = Column(
        key="fault", label=_("To be mended"), value=lambda row: str(rule.field), priority="side", width=18
    )
    asks = (fault,) if rule.weight else ()
    source = Column(key="source", label=_("Asked by"), value=lambda row: rule.source, priority=3, width=34)
    columns, search = _columns(rule.subject)
    return RepairList(
        key=f"stewardship.fault_{key}", title=rule.label, unit=_("records"), rule=rule, columns=(*columns, *asks, source),
        search=search, order=("name_key",) if rule.subject is Subject.MEMBER else ("pk",),
        empty_title=_("Nothing to mend here") if rule.weight else _("Nobody is on this list"),
        empty_text=_("Every record keeps this rule.") if rule.weight else "", empty_icon="check2-circle",
    )  # fmt: skip


_KEY = {Subject.MEMBER: "person_id", Subject.UNION: "pk", Subject.EMPLOYER: "employer_id"}


def _record(subject: Subject, row: Any) -> int:
    return int(getattr(row, _KEY[subject]))


def _firm_of(row: Any) -> str:
    return str(row.employer.name if row.employer else row.employer_name)


def _columns(subject: Subject) -> tuple[tuple[Column, ...], Text]:
    union = Column(key="union", label=_("Union"), value="union.name", width=30)
    if subject is Subject.MEMBER:
        firm = Column(key="employer", label=_("Employer"), value=_firm_of,
                      width=30, priority=3)  # fmt: skip
        name = Column(key="name", label=_("Name"), value="person.name", sort="name_key", priority=1)
        return (name, union, firm), Text(
            key="q", label=_("Name, pinyin, initials or last digits of the phone"), find=find_members
        )
    if subject is Subject.UNION:
        name = Column(key="name", label=_("Union"), sort="name", priority=1, width=34)
        return (name, Column(key="above", label=_("Union above"), value="parent.name", width=30)), Text(
            key="q", label=pgettext_lazy("organisation", "Name"), fields=("name",)
        )
    name = Column(key="name", label=_("Employer"), value="employer.name", priority=1, width=34)
    return (name, union), Text(
        key="q", label=pgettext_lazy("organisation", "Name"), fields=("employer__name",)
    )


def _score(row: Any) -> Any:
    return Points(row.due, row.kept).score


SCORES = Listing(
    key="stewardship.scores",
    title=_("Scores of unions"),
    unit=_("unions"),
    columns=(
        Column(key="name", label=_("Union"), value="union.name", priority=1, width=36),
        Column(key="score", label=_("Score"), value=_score, kind="number", sort="share", priority="side"),
        Column(key="records", label=_("Records"), kind="number", sort="records"),
        Column(key="lost", label=_("Points missing"), value=lambda row: row.due - row.kept, kind="number", sort="lost"),
        Column(key="counted_at", label=_("Counted"), kind="date", value=lambda row: local_date(row.counted_at), priority=3),
    ),
    order=("share",),
    search=Text(key="q", label=pgettext_lazy("organisation", "Name"), fields=("union__name",)),
    filters=(NumberRange(key="records", label=_("Records"), field="records"),),
    row_url=lambda row: reverse("stewardship:score", args=[row.pk]),
    empty_title=_("Nothing was counted yet"),
    empty_text=_("Scores are counted every night and a few minutes after every change."),
)  # fmt: skip


def score_rows(actor: Actor, path: str) -> "QuerySet[Any, Any]":
    """Unions with records at a path and below in reach, with the share of points kept in thousandths."""
    rows = UnionQuality.objects.filter(
        actor.within("registry.view", "path"), within([path], "path"), due__gt=0
    )
    share = Cast(F("kept") * 1000 / F("due"), IntegerField())
    return rows.select_related("union").annotate(share=share, lost=F("due") - F("kept"))
