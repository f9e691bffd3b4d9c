"""Names and ID numbers compared by the authority that keeps the population: lists go out, answers are read."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit, bulk, clock
from smartunion.core.actor import Actor, system, within
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.files.intake import keeping
from smartunion.core.jobs.context import JobContext
from smartunion.core.jobs.flows import enqueue
from smartunion.core.jobs.models import JobState
from smartunion.core.listing import keyset
from smartunion.core.listing.columns import Cell
from smartunion.core.listing.walking import wide
from smartunion.core.listing.xlsx import xlsx_bytes
from smartunion.core.reading import get_visible
from smartunion.engines.feeds import service as feeds
from smartunion.engines.feeds.models import Snapshot, SnapshotState, TableKind
from smartunion.ground.registry.flows.people.checks import same_name
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.models import Membership, Person, TradeUnion
from smartunion.ground.registry.queries.trees import counts_of
from smartunion.systems.stewardship.models import IdentityCheck, IdentityList, IdentityReading, UnionQuality
from smartunion.systems.stewardship.queries.faults import IDENTIFIABLE, answered, rows_of
from smartunion.systems.stewardship.rules.identity import Outcome, outcome_of
from smartunion.systems.stewardship.rules.quality import Subject

READ_JOB, LIST_JOB = "stewardship.identity_read", "stewardship.identity_list"
BATCH = 2000
_MOST_WORDS = 10
_NUMBER = re.compile(r"[0-9]{4,}[0-9Xx]*")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANSWER = ("outcome", "name", "number", "as_of", "answered_by", "snapshot_id")


def read_job(context: JobContext) -> None:
    """Read the answers that came; goes on where it stopped."""
    context.finish({"read": renew(at=clock.now(), tick=context.progress)})


def renew(*, at: datetime, tick: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Read every extract of answers that came; returns how many (see feeds `follow`). tick: rows read, of how many."""
    held: dict[int, set[int]] = {}
    begun = IdentityReading.objects.select_related("snapshot").only(
        "read_at", "snapshot__source", "snapshot__state"
    )
    for reading in begun:
        if reading.read_at is not None:
            held.setdefault(reading.snapshot.source_id, set()).add(reading.pk)
        elif reading.snapshot.state != SnapshotState.READY:  # taken out of use half way
            _forget(reading.snapshot.source_id)
            return renew(at=at, tick=tick)
    return feeds.follow(TableKind.IDENTITY, held, forget=_forget, read=partial(_read, at=at, tick=tick))


@transaction.atomic
def _forget(source_id: int) -> None:
    keys = list(IdentityReading.objects.filter(snapshot__source_id=source_id).values_list("pk", flat=True))
    checks = IdentityCheck.objects.filter(snapshot_id__in=keys)
    concerned = Membership.objects.filter(ended_on=None, person__identity__snapshot_id__in=keys)
    _count_anew(set(concerned.order_by().values_list("union_id", flat=True).distinct()))
    checks.filter(sent_on=None).delete()
    checks.update(
        outcome="", name="", number=None, number_index=None, as_of=None, answered_by="", snapshot_id=None
    )
    IdentityReading.objects.filter(pk__in=keys).delete()


def _read(snapshot: Snapshot, *, at: datetime, tick: Callable[[int, int], None]) -> None:
    """Read an extract some thousand rows at a time, so that others can write between; what was read stays read."""
    reading, _begun = IdentityReading.objects.get_or_create(
        snapshot=snapshot, defaults={"path": snapshot.path}
    )
    passed = 0
    with feeds.opened(snapshot, BATCH) as parts:
        for rows in parts:
            passed += len(rows)
            if passed > reading.rows:
                with transaction.atomic():
                    _count_anew(_Batch(reading, snapshot).take(rows))
                    reading.save()
                tick(passed, snapshot.row_count)
    with transaction.atomic():
        reading.read_at = at
        reading.save(update_fields=["read_at"])
        audit.record(
            system(), "stewardship.identity_read", snapshot, at=at,
            data={"rows": reading.rows} | {one.value: getattr(reading, one.value) for one in Outcome},
        )  # fmt: skip


class _Batch:
    """Some rows of an extract of answers."""

    def __init__(self, reading: IdentityReading, snapshot: Snapshot) -> None:
        self.reading, self.snapshot = reading, snapshot
        self.made: dict[int, IdentityCheck] = {}

    def take(self, rows: Sequence[Mapping[str, Any]]) -> set[int]:
        """Keep what they say; returns the unions of those of whom something else is known now."""
        self.people, homes = _people([feeds.text(row, "id_no") for row in rows], self.snapshot.path)
        self.index_of = {person.pk: person.resident_id_index for person in self.people.values()}
        self.known = {
            check.pk: check
            for check in bulk.keyed(IdentityCheck, list(self.index_of)).defer("number", "number_index")
        }
        for row in rows:
            self._take(feeds.text(row, "name"), feeds.text(row, "id_no"), feeds.text(row, "outcome"))
        told = [
            (pk, *(getattr(check, name) for name in _ANSWER), self.index_of[pk])
            for pk, check in self.made.items()
        ]
        names = (*_ANSWER, "number_index")
        bulk.insert(IdentityCheck, ("person_id", *names), [row for row in told if row[0] not in self.known])
        bulk.update(IdentityCheck, names, [row for row in told if row[0] in self.known])
        return {union for pk in self.made for union in homes.get(pk, ())}

    def _take(self, name: str, number: str, answer: str) -> None:
        reading, outcome = self.reading, outcome_of(answer)
        person = self.people.get(number)
        reading.rows += 1
        if outcome is None:
            reading.unread += 1
            words = _NUMBER.sub("…", answer)[:40]  # a column chosen by mistake may hold numbers of people
            if words not in reading.words and len(reading.words) < _MOST_WORDS:
                reading.words.append(words)
        elif person is None:
            reading.strangers += 1
        elif not same_name(person.name, name):
            reading.former += 1
        else:
            check = self.made.get(person.pk) or self.known.get(person.pk) or IdentityCheck(person=person)
            self._answer(check, person, number, outcome)

    def _answer(self, check: IdentityCheck, person: Person, number: str, outcome: Outcome) -> None:
        reading = self.reading
        if check.snapshot_id == self.snapshot.pk:
            if check.outcome and check.outcome != outcome:
                # Two answers of one day are none: whoever sent them is asked again.
                setattr(reading, check.outcome, getattr(reading, check.outcome) - 1)
                reading.opposed += 1
                check.outcome, check.number = "", number
                self.made[person.pk] = check
            return
        if check.as_of is not None and check.as_of > self.snapshot.as_of:
            reading.former += 1
            return
        check.outcome, check.name, check.number = outcome, person.name, number
        check.as_of, check.snapshot_id = self.snapshot.as_of, self.snapshot.pk
        check.answered_by = self.snapshot.source.department
        setattr(reading, outcome, getattr(reading, outcome) + 1)
        self.made[person.pk] = check


def _people(numbers: Sequence[str], path: str) -> tuple[dict[str, Person], dict[int, set[int]]]:
    """Who has each number, of those who are or were members under the path; and the unions she is in. Two statements."""
    field: Any = Person._meta.get_field("resident_id_index")
    indexes = {number: field.indexes(number) for number in set(numbers) if number}
    wanted = [index for found in indexes.values() for index in found]
    people = Person.objects.filter(resident_id_index__of=wanted).only("name", "resident_id_index")
    by_index = {person.resident_id_index: person for person in people} if wanted else {}
    spells = Membership.objects.filter(
        within([path], "union_path"), person__in=[one.pk for one in by_index.values()]
    ).values_list("person_id", "union_id", "ended_on")
    homes: dict[int, set[int]] = {}
    for person_id, union_id, ended_on in spells:
        homes.setdefault(person_id, set()).update([] if ended_on else [union_id])
    found = {
        number: person for number, keys in indexes.items()
        if (person := next((by_index[key] for key in keys if key in by_index), None)) and person.pk in homes
    }  # fmt: skip
    return found, homes


def _count_anew(union_ids: set[int]) -> None:
    keys = sorted(union_ids)
    for start in range(0, len(keys), 900):
        UnionQuality.objects.filter(pk__in=keys[start : start + 900]).update(is_dirty=True)


def checked_union(actor: Actor, union_id: int) -> TradeUnion:
    """A union of whose members the actor may make a list that names ID numbers. Raises NotVisible, NotAllowed."""
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can("members.reveal", path=union.path)
    actor.check_can("feeds.import", path=union.path)
    return union


@transaction.atomic
def ask_for_list(
    *, actor: Actor, union_id: int, sent_to: str, reason: str, only_open: bool, at: datetime
) -> IdentityList:
    """Have a list made of the members at a union and below whose name and number are to be compared.

    sent_to: the authority that gets it, which each member on it can read; only_open: without those it has confirmed.
    Raises NotVisible, NotAllowed, InvalidInput naming sent_to or reason, StaleState while one is being made.
    Source: Personal Information Protection Law art. 13 (3), 23, 55.
    """
    union = checked_union(actor, union_id)
    authority = squeeze(sent_to)
    if not 2 <= len(authority) <= 80:
        raise InvalidInput(
            _("Write which authority gets the list, in between 2 and 80 characters."),
            remedy=_("Every member on the list can read to whom it was given."), field="sent_to",
        )  # fmt: skip
    why = checked_reason(reason)
    busy = IdentityList.objects.filter(union=union, job__state__in=[JobState.WAITING, JobState.RUNNING])
    if busy.exists():
        raise StaleState(_("A list of this union is being made already. Wait until it is there, or stop it."))
    made = IdentityList.objects.create(
        union=union, path=union.path, sent_to=authority, reason=why, only_open=only_open, user_id=actor.user_id,
        actor_name=actor.name[:80], created_at=at,
    )  # fmt: skip
    made.job = enqueue(
        actor=actor, kind=LIST_JOB, title=_("List to be compared: %(union)s") % {"union": union.name},
        payload={"list": made.pk}, at=at, queue_key=f"identitylist:{union.pk}",
    )  # fmt: skip
    made.save(update_fields=["job"])
    audit.record(
        actor, "stewardship.identity_list", union, at=at, reason=why,
        data={"list": made.pk, "sent_to": authority, "only_open": only_open},
    )  # fmt: skip
    return made


def list_job(context: JobContext) -> None:
    """Write the list, and note of everybody on it to whom she is sent; with the rights of the day. Safe to run again."""
    made = IdentityList.objects.select_related("union").get(pk=context.payload["list"])
    checked_union(context.owner(), made.union_id)
    at = clock.now()
    name = f"{_('To be compared')}-{made.union.name}-{local_date(at):%Y%m%d}.xlsx"
    heads = [_("Name"), _("ID number")]
    with keeping(actor=context.owner(), name=name, media_type=_XLSX, purpose="job", at=at) as (stored, out):
        for piece in xlsx_bytes(heads, _lines(context, made, at), title=_("To be compared"), widths=[16, 24]):
            out.write(piece)
    made.finished_at = clock.now()
    made.save(update_fields=["size", "finished_at"])
    context.finish(
        {
            "summary": [[_("Members on the list"), made.size]],
            "next": [_("Real-name comparison"), f"/desk/stewardship/identity/{made.union_id}/"],
        },
        file=stored,
    )


def _lines(context: JobContext, made: IdentityList, at: datetime) -> Iterator[list[Cell]]:
    counts = counts_of(made.union)
    rows = rows_of(Subject.MEMBER).filter(within([made.path], "union_path"), IDENTIFIABLE)
    if made.only_open:
        rows = rows.exclude(answered(Outcome.SAME))
    rows = wide(rows.select_related("person").only("person__name", "person__resident_id"))
    keys, after = keyset.keys_for(rows, ("pk",)), None
    made.size = 0
    while True:
        page = keyset.fetch(rows, keys, BATCH, after=after)
        _note_sent([row.person_id for row in page.rows], made, at)
        made.size += len(page.rows)
        for row in page.rows:
            yield [row.person.name, row.person.resident_id]
        context.progress(made.size, max(made.size, counts.active + counts.retained))
        if (after := page.next) is None:
            return


@transaction.atomic
def _note_sent(person_ids: Sequence[int], made: IdentityList, at: datetime) -> None:
    day, known = local_date(at), bulk.keyed(IdentityCheck, person_ids)
    asked_before = set(known.values_list("pk", flat=True))
    known.update(sent_on=day, sent_to=made.sent_to)
    fresh = [(pk, day, made.sent_to) for pk in person_ids if pk not in asked_before]
    bulk.insert(IdentityCheck, ("person_id", "sent_on", "sent_to"), fresh)


def forget(person_id: int) -> None:
    """Give up what is kept about a person whose data is erased."""
    IdentityCheck.objects.filter(person_id=person_id).delete()
