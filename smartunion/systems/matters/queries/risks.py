"""Whom a risk notice concerns, and why."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.actor import Actor, within
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, PlatformWork
from smartunion.systems.matters.models import RiskNotice, RiskOptOut
from smartunion.systems.matters.rules.risks import Audience

#: Recipients written in one transaction.
BATCH = 500


class Reached(NamedTuple):
    """Somebody to be told, as a person or (a chair without a record) as an account, and why."""

    person_id: int | None
    user_id: int | None
    why: str


def reached(risk: RiskNotice) -> Iterator[Reached]:
    """Everybody a notice concerns who has not said that she wants none; each once, by key."""
    if risk.audience == Audience.CHAIRS:
        yield from _chairs(risk)
        return
    gone: set[int] = set()
    rows = _memberships(risk).order_by("person_id").select_related("union")
    for row in rows.only("person_id", "union__name").iterator(chunk_size=2000):
        if row.person_id not in gone:
            gone = {row.person_id}  # in order of the person: only the last one can come again
            yield Reached(row.person_id, None, _why_member(risk, row.union.name))


def how_many(risk: RiskNotice) -> int:
    """How many would be told; one statement."""
    if risk.audience == Audience.CHAIRS:
        return _grants(risk).values("user_id").distinct().count()
    return _memberships(risk).values("person_id").distinct().count()


def risk_rows(actor: Actor) -> "QuerySet[RiskNotice]":
    """Notices in reach with their union."""
    return RiskNotice.objects.visible_to(actor).select_related("union")


def industries(actor: Actor) -> list[tuple[str, str]]:
    """Industries of the employers in the actor's reach."""
    rows = Employer.objects.filter(actor.within("cases.handle", "territory_path")).exclude(industry="")
    kept = set(rows.values_list("industry", flat=True).distinct()[:60])
    known = dict(Employer._meta.get_field("industry").flatchoices)
    return sorted((key, str(known.get(key, key))) for key in kept)


def _memberships(risk: RiskNotice) -> "QuerySet[Membership]":
    rows = Membership.objects.filter(within([risk.path], "union_path"), ended_on=None, state="active")
    if risk.employer_id is not None and risk.audience == Audience.MEMBERS:
        rows = rows.filter(employer_id=risk.employer_id)
    if risk.industry and risk.audience == Audience.MEMBERS:
        rows = rows.filter(employer__industry=risk.industry)
    if risk.audience == Audience.PLATFORM:
        work = PlatformWork.objects.running().filter(person=OuterRef("person"))
        rows = rows.filter(Exists(work.filter(platform=risk.employer_id) if risk.employer_id else work))
    return rows.exclude(Exists(RiskOptOut.objects.filter(person_id=OuterRef("person_id"))))


def _grants(risk: RiskNotice) -> "QuerySet[RoleGrant]":
    rows = RoleGrant.objects.active_on(clock.today()).filter(within([risk.path], "union__path"), role="chair")
    if risk.industry or risk.employer_id:
        wanted = Q(employer__industry=risk.industry) if risk.industry else Q(employer_id=risk.employer_id)
        rows = rows.filter(
            Exists(EmployerLink.objects.filter(wanted, union=OuterRef("union"), valid_to=None))
        )
    return rows


def _chairs(risk: RiskNotice) -> Iterator[Reached]:
    gone: set[int] = set()
    for grant in _grants(risk).select_related("union").order_by("user_id", "pk").iterator(chunk_size=2000):
        if grant.user_id not in gone and grant.union is not None:
            gone = {grant.user_id}
            yield Reached(
                None, grant.user_id, _("You are the chair of %(union)s.") % {"union": grant.union.name}
            )


def _why_member(risk: RiskNotice, union: str) -> str:
    said = _("You are a member of %(union)s") % {"union": union}
    if risk.audience == Audience.PLATFORM:
        platform = risk.employer.name if risk.employer else _("a platform")
        return _("%(said)s and are registered as working for %(platform)s.") % {
            "said": said,
            "platform": platform,
        }
    if risk.employer is not None:
        return _("%(said)s and work at %(firm)s.") % {"said": said, "firm": risk.employer.name}
    if risk.industry:
        known = dict(Employer._meta.get_field("industry").flatchoices)
        return _("%(said)s; your employer’s industry is %(industry)s.") % {
            "said": said, "industry": known.get(risk.industry, risk.industry),
        }  # fmt: skip
    return _("%(said)s, in the area this notice is for.") % {"said": said}
