"""Making several records of one person one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import common_path
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.notices import service as notices
from smartunion.ground.registry import messages
from smartunion.ground.registry.flows.access import person_for
from smartunion.ground.registry.flows.merging.core import Asked, Work
from smartunion.ground.registry.flows.merging.whole import all_or_nothing
from smartunion.ground.registry.flows.people.checks import DETAILS
from smartunion.ground.registry.models import Consent, Membership, Merge, MergeKind, Person, Transfer
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState
from smartunion.ground.registry.rules.merging import Spell, SpellFate, SpellPlan, plan_spells

#: What is chosen together; an ID number brings its kind, birth date and sex along.
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("name", "pinyin", "initials"),
    "resident_id": ("resident_id", "resident_id_index", "id_type", "birth_date", "sex"),
    "mobile": ("mobile", "mobile_index", "mobile_tail"),
    **{name: (name,) for name in sorted(DETAILS)},
}


def merge_people(*, actor: Actor, asked: Asked, at: datetime) -> Merge:
    """Make records of one person one; memberships, cases, consents and all else go to the record that stays.

    No day counts twice (rules.merging.plan_spells); a consent withdrawn on one record is withdrawn. Everything can be
    taken back exactly with `undo` for as long as the parameter says. Raises NotVisible, NotAllowed (members.edit over
    every record); InvalidInput naming records, choices, running or reason; TwoOfAKind, StillHeld; StaleState.
    Source: docs/rules/merging.md.
    """
    with all_or_nothing():
        return _merge(actor, asked, at)


def _merge(actor: Actor, asked: Asked, at: datetime) -> Merge:
    asked.checked()
    people = [person_for(actor, key, "members.edit") for key in sorted(asked.versions)]
    if any(person.erased_at for person in people):
        raise InvalidInput(
            _("The data of one of these people was erased; nothing is left to compare."), field="records"
        )
    work = Work(MergeKind.PERSON, asked, actor, at)
    work.begin()
    path = common_path(list(paths_of(people).values()))
    plans = plan_spells(spells_of(list(asked.versions)), keep=_running(asked))
    _withdraw_consents(work)
    _settle_transfers(work, plans)
    _settle_spells(work, plans)
    work.carry()
    values = work.chosen(GROUPS)
    work.remove_others()
    work.write_survivor(values)
    survivor = Person.objects.get(pk=asked.keep_id)
    theirs = Membership.objects.filter(person=survivor)
    work.journal.watch(Membership, theirs.values_list("pk", flat=True))
    theirs.exclude(name_key=survivor.pinyin[:40]).update(name_key=survivor.pinyin[:40])
    work.count()
    merge = work.finish(event="registry.people_merged", path=path, owner_person_id=survivor.pk)
    notices.tell(
        template=messages.RECORDS_MERGED, context={"count": len(asked.versions)}, key=f"merged:{merge.pk}", at=at,
        person_id=survivor.pk, link="/me/", channels=(),
    )  # fmt: skip
    return merge


def spells_of(person_ids: Iterable[int]) -> list[Spell]:
    """Every spell of some people, as the rules read them."""
    rows = Membership.objects.filter(person_id__in=list(person_ids)).order_by("pk")
    return [
        Spell(row.pk, row.union_id, MembershipState(row.held_as), row.started_on, row.ended_on)
        for row in rows
    ]


def paths_of(people: Sequence[Person]) -> dict[int, str]:
    """Where each person belongs: the running membership's union, else the last one's; "" without any."""
    last = (
        Membership.objects.filter(person__in=people).values("person_id").annotate(
            running=Max("union_path", filter=models.Q(ended_on=None)), past=Max("union_path")
        )
    )  # fmt: skip
    found = {row["person_id"]: row["running"] or row["past"] for row in last}
    return {person.pk: found.get(person.pk, "") for person in people}


def _running(asked: Asked) -> int | None:
    if asked.running_id is None:
        return None
    running = Membership.objects.filter(person_id__in=asked.versions, ended_on=None, pk=asked.running_id)
    if not running.exists():
        raise InvalidInput(_("Choose one of the memberships that run."), field="running")
    return asked.running_id


def _withdraw_consents(work: Work) -> None:
    """What she withdrew on one record she withdrew: a consent given before that does not come back."""
    rows = list(Consent.objects.filter(person_id__in=work.asked.versions))
    withdrawn: dict[str, datetime] = {}
    for row in rows:
        if row.withdrawn_at is not None:
            withdrawn[row.purpose] = max(row.withdrawn_at, withdrawn.get(row.purpose, row.withdrawn_at))
    for row in rows:
        end = withdrawn.get(row.purpose)
        if row.withdrawn_at is None and end is not None and row.given_at < end:
            work.journal.watch(Consent, [row.pk])
            Consent.objects.filter(pk=row.pk).update(withdrawn_at=end)


def _settle_transfers(work: Work, plans: Sequence[SpellPlan]) -> None:
    """One open transfer stays, that of the running membership; those of dropped spells follow the spell that stays."""
    rows = list(Transfer.objects.filter(person_id__in=work.asked.versions).order_by("pk"))
    work.journal.watch(Transfer, [row.pk for row in rows])
    stays = {plan.spell.pk for plan in plans if plan.fate is SpellFate.KEPT and plan.spell.is_running}
    open_ones = [row for row in rows if row.state in {TransferState.ASKED, TransferState.ACCEPTED}]
    open_ones.sort(key=lambda row: (row.membership_id not in stays, row.pk))
    for row in open_ones[1:]:
        Transfer.objects.filter(pk=row.pk).update(
            state=TransferState.WITHDRAWN, decided_at=work.at, note=_("Records of one person were made one.")
        )
    instead = {plan.spell.pk: plan.because_of for plan in plans if plan.fate is SpellFate.DROPPED}
    for row in rows:
        if row.membership_id in instead:
            target = Membership.objects.get(pk=instead[row.membership_id] or 0)
            Transfer.objects.filter(pk=row.pk).update(membership=target, from_path=target.union_path)


def _settle_spells(work: Work, plans: Sequence[SpellPlan]) -> None:
    dropped = [plan.spell.pk for plan in plans if plan.fate is SpellFate.DROPPED]
    ended = [plan for plan in plans if plan.fate is SpellFate.ENDED]
    for plan in ended:
        work.journal.watch(Membership, [plan.spell.pk])
        values: dict[str, Any] = {"ended_on": plan.until, "updated_at": work.at}
        if plan.spell.is_running:
            values |= {
                "state": MembershipState.ENDED, "end_type": ChangeType.TRANSFERRED_OUT,
                "reason": ChangeReason.EMPLOYMENT_CHANGED,
            }  # fmt: skip
        Membership.objects.filter(pk=plan.spell.pk).update(**values)
    facts = Fact.objects.standing().filter(subject_type="registry.membership", subject_id__in=dropped)
    work.extra["reversed"] = [fact.pk for fact in facts]
    for fact in facts:
        ledger.reverse(fact, actor=work.actor, at=work.at, reason="records merged")
    rows = Membership.objects.filter(pk__in=dropped)
    work.journal.watch_deletion(rows)
    rows.delete()
    for label, number in ((_("memberships left out as entered twice"), len(dropped)),
                          (_("memberships ended where the next begins"), len(ended))):  # fmt: skip
        if number:
            work.summary.append([label, number])
