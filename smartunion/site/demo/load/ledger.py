"""Facts by the thousand: the same rows the flows would have written, with their sums."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from smartunion.core import bulk
from smartunion.ground.facts.flows.sums import add_to_tallies
from smartunion.ground.facts.ledger import NewFact
from smartunion.ground.facts.models import Fact
from smartunion.ground.facts.rules import rolled_up
from smartunion.ground.registry import kinds
from smartunion.site.demo.history import History
from smartunion.site.demo.load.registry import Registry
from smartunion.systems.organising.models import JoiningDrive

_COLUMNS = (
    "kind", "key", "happened_on", "recorded_at", "path", "quantity", "person_id", "subject_type", "subject_id",
    "drive_id", "user_id", "attrs",
)  # fmt: skip
_EVENING = time(18, tzinfo=ZoneInfo("Asia/Shanghai"))
JOINS_KEPT_DAYS = 400


def put_facts(facts: Iterable[NewFact], *, user_id: int | None = None) -> int:
    """Insert facts and add them to their tallies; each is recorded on the evening of its day. Returns how many."""
    rows = list(facts)
    bulk.insert(
        Fact,
        _COLUMNS,
        (
            (fact.kind, fact.key, fact.happened_on, _evening(fact.happened_on), fact.path, fact.quantity,
             fact.person_id, fact.subject_type, fact.subject_id, fact.drive_id, user_id, dict(fact.attrs))
            for fact in rows
        ),
    )  # fmt: skip
    add_to_tallies(rolled_up((fact.kind, fact.path, fact.happened_on, fact.quantity) for fact in rows))
    return len(rows)


def _evening(day: date) -> datetime:
    return datetime.combine(day, _EVENING)


def registry_facts(registry: Registry, history: History, drives: dict[int, int]) -> Iterable[NewFact]:
    """Foundings of all unions, and joinings and leavings of the last year; drives: member → drive."""
    for union in registry.tree.unions.values():
        yield NewFact(
            kinds.UNION_FOUNDED, f"union_founded:{union.pk}", union.founded_on or history.since, union.path,
            "registry.tradeunion", union.pk, attrs={"kind": union.kind},
        )  # fmt: skip
    oldest = history.as_of - timedelta(days=JOINS_KEPT_DAYS)
    campaigns = set(JoiningDrive.objects.exclude(audience="").values_list("pk", flat=True))
    for member, membership, person, path, day, left_on in registry.joined:
        if day >= oldest:
            drive = drives.get(member) if day >= history.since else None
            yield NewFact(
                kinds.MEMBER_JOINED, f"member_joined:{membership}", day, path, "registry.membership", membership,
                person_id=person, drive_id=drive,
            )  # fmt: skip
            if drive in campaigns:
                yield from _on_the_way(drive or 0, membership, day, path, person)
        if left_on is not None and left_on >= oldest:
            yield NewFact(
                kinds.MEMBER_LEFT, f"member_left:{membership}", left_on, path, "registry.membership", membership,
                person_id=person, attrs={"type": "left", "reason": "own_wish"},
            )  # fmt: skip


def _on_the_way(drive: int, membership: int, day: date, path: str, person: int) -> Iterable[NewFact]:
    """What went before somebody's joining by code: she asked for the code and sent the form; one in four only asked."""
    subject = ("organising.joiningdrive", drive)
    for number in range(1 + (membership % 4 == 0)):
        yield NewFact(
            "organising.join_started", f"started:{membership}:{number}", day, path, *subject, drive_id=drive
        )
    yield NewFact(
        "casework.case_submitted", f"sent:{membership}", day, path, *subject, person_id=person, drive_id=drive,
        attrs={"service": "join"},
    )  # fmt: skip
