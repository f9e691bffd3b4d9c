"""Writing the ledger and summing it."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartunion.core.actor import Actor, Grant
from smartunion.core.audit.models import AuditEvent
from smartunion.core.jobs.models import Job
from smartunion.core.jobs.runner import drain, keep_periodic
from smartunion.core.tests.lives import examples
from smartunion.ground.facts import ledger, queries
from smartunion.ground.facts.flows.tallies import differences, fold, repair
from smartunion.ground.facts.ledger import NewFact
from smartunion.ground.facts.models import DailyTally, Fact, TallyDelta

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)
DAY = date(2026, 5, 3)

pytestmark = pytest.mark.django_db


def joined(
    root: Actor,
    key: str,
    path: str = "1/2/5/",
    *,
    day: date = DAY,
    quantity: int = 1,
    drive_id: int | None = None,
) -> Fact:
    return ledger.record(
        actor=root, kind="test.joined", key=key, happened_on=day, at=AT, path=path, subject=Job(pk=7),
        quantity=quantity, drive_id=drive_id,
    )  # fmt: skip


def new(key: str, path: str = "1/2/5/", day: date = DAY) -> NewFact:
    return NewFact("test.joined", key, day, path, "core.job", 7)


def test_a_fact_counts_for_its_union_and_every_union_above(root: Actor) -> None:
    fact = joined(root, "a")

    assert (fact.subject_type, fact.subject_id, fact.recorded_at) == ("core.job", 7, AT)
    assert [
        queries.total("test.joined", path) for path in ("", "1/", "1/2/", "1/2/5/", "1/2/6/", "1/3/")
    ] == [1, 1, 1, 1, 0, 0]


def test_the_same_key_counts_once_and_returns_the_stored_row(root: Actor) -> None:
    first = joined(root, "a")

    again = joined(root, "a", path="9/", quantity=5)

    assert again == first
    assert Fact.objects.count() == 1
    assert (queries.total("test.joined", ""), queries.total("test.joined", "9/")) == (1, 0)


def test_a_key_of_another_kind_is_refused(root: Actor) -> None:
    joined(root, "a")

    with pytest.raises(ValueError, match="already belongs"):
        ledger.record(
            actor=root, kind="test.visited", key="a", happened_on=DAY, at=AT, path="1/", subject=Job(pk=7)
        )


def test_an_unregistered_kind_is_refused(root: Actor) -> None:
    with pytest.raises(ValueError, match="not registered"):
        ledger.record(
            actor=root, kind="test.other", key="a", happened_on=DAY, at=AT, path="1/", subject=Job(pk=7)
        )

    assert not Fact.objects.exists()


def test_a_refused_transaction_leaves_neither_fact_nor_tally(root: Actor) -> None:
    with transaction.atomic():
        joined(root, "a")
        transaction.set_rollback(True)

    assert (Fact.objects.count(), TallyDelta.objects.count()) == (0, 0)


def test_many_facts_at_once_pass_over_stored_and_doubled_keys(root: Actor) -> None:
    joined(root, "a")

    count = ledger.record_many([new("a"), new("b"), new("b"), new("c", "1/3/")], actor=root, at=AT)

    assert count == 2
    assert queries.by_path("test.joined", ["1/", "1/2/", "1/3/", "1/4/"]) == {
        "1/": 3,
        "1/2/": 2,
        "1/3/": 1,
        "1/4/": 0,
    }
    assert ledger.record_many([], actor=root, at=AT) == 0


def test_thousands_at_once(root: Actor) -> None:
    rows = [new(f"k{n}", f"1/{n % 7}/", date(2026, 1, 1 + n % 28)) for n in range(2500)]

    assert ledger.record_many(rows, actor=root, at=AT) == 2500
    assert ledger.record_many(rows, actor=root, at=AT) == 0
    assert queries.total("test.joined", "1/") == 2500
    assert list(differences()) == []


def test_a_reversal_takes_the_fact_out_of_its_own_day(root: Actor) -> None:
    fact = joined(root, "a", quantity=3)
    joined(root, "b")

    back = ledger.reverse(fact, actor=root, at=AT, reason="import undone")

    assert (back.quantity, back.happened_on, back.attrs) == (-3, DAY, {"reason": "import undone"})
    assert queries.total("test.joined", "1/") == 1
    assert [row.key for row in Fact.objects.counted("test.joined", path="1/").standing()] == ["b"]


def test_a_fact_is_taken_back_once(root: Actor) -> None:
    fact = joined(root, "a")
    back = ledger.reverse(fact, actor=root, at=AT, reason="wrong")

    assert ledger.reverse(fact, actor=root, at=AT, reason="again") == back
    assert queries.total("test.joined", "1/") == 0
    with pytest.raises(ValueError, match="cannot be reversed"):
        ledger.reverse(back, actor=root, at=AT, reason="redo")


def test_many_are_taken_back_as_one_is(root: Actor) -> None:
    facts = [joined(root, f"k{n}", quantity=n + 1) for n in range(3)]

    assert ledger.reverse_many(facts[1:], actor=root, at=AT, reason="import undone") == 2

    assert queries.total("test.joined", "1/") == 1
    back = Fact.objects.get(reverses=facts[2])
    assert (back.quantity, back.happened_on, back.attrs) == (-3, DAY, {"reason": "import undone"})
    assert back == ledger.reverse(facts[2], actor=root, at=AT, reason="again")
    assert list(differences()) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.reverse_many(facts, actor=root, at=AT, reason="once more")
    with pytest.raises(ValueError, match="cannot be reversed"):
        ledger.reverse_many([back], actor=root, at=AT, reason="redo")
    assert queries.total("test.joined", "1/") == 1


def test_days_are_counted_from_since_to_before_until(root: Actor) -> None:
    for number, day in enumerate((2, 3, 3, 5)):
        joined(root, f"k{number}", day=date(2026, 5, day))

    assert queries.by_day("test.joined", "1/", date(2026, 5, 2), date(2026, 5, 5)) == [
        (date(2026, 5, 2), 1), (date(2026, 5, 3), 2),
    ]  # fmt: skip
    assert queries.total("test.joined", "1/", since=date(2026, 5, 3)) == 3
    assert queries.totals(["test.joined", "test.visited"], "1/") == {"test.joined": 4, "test.visited": 0}


def test_folding_changes_no_sum(root: Actor) -> None:
    ledger.record_many([new(f"k{n}") for n in range(20)], actor=root, at=AT)
    joined(root, "z", "1/3/")
    before = queries.by_path("test.joined", ["", "1/", "1/2/5/", "1/3/"])

    keep_periodic()
    drain()

    assert TallyDelta.objects.count() == 0
    assert not DailyTally.objects.filter(path="1/2/5/").exists(), (
        "a union's own facts are summed when asked for"
    )
    assert DailyTally.objects.get(path="1/2/").quantity == 20
    assert queries.by_path("test.joined", ["", "1/", "1/2/5/", "1/3/"]) == before
    joined(root, "y")
    fold()
    assert DailyTally.objects.get(path="1/2/").quantity == 21


def test_folding_adds_nothing_when_another_worker_took_the_deltas(
    root: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(root, "a")
    monkeypatch.setattr("django.db.models.query.QuerySet.delete", lambda self: (0, {}))

    with transaction.atomic():
        assert fold() == 0

    monkeypatch.undo()
    assert DailyTally.objects.count() == 0


def test_recount_finds_and_repairs_what_was_tampered_with(root: Actor) -> None:
    joined(root, "a")
    fold()
    DailyTally.objects.filter(path="1/").update(quantity=40)
    DailyTally.objects.filter(path="").delete()

    with pytest.raises(CommandError, match="2 tallies differ"):
        call_command("recount_facts")
    assert {(d.path, d.counted, d.tallied) for d in differences()} == {("", 1, 0), ("1/", 1, 40)}
    call_command("recount_facts", "--repair")

    assert list(differences()) == []
    assert queries.total("test.joined", "1/") == 1


def test_a_moved_union_takes_its_history_along(root: Actor) -> None:
    joined(root, "a", "1/2/5/")
    joined(root, "b", "1/2/5/7/")
    joined(root, "c", "1/2/50/")
    fold()

    assert ledger.move_subtree(actor=root, old_path="1/2/5/", new_path="1/3/5/", at=AT) == 2

    assert queries.by_path("test.joined", ["1/", "1/2/", "1/2/5/", "1/3/", "1/3/5/", "1/3/5/7/"]) == {
        "1/": 3, "1/2/": 1, "1/2/5/": 0, "1/3/": 2, "1/3/5/": 2, "1/3/5/7/": 1,
    }  # fmt: skip
    assert list(differences()) == []
    assert AuditEvent.objects.get(event="facts.subtree_moved").data["facts"] == 2
    with pytest.raises(ValueError, match="cannot move"):
        ledger.move_subtree(actor=root, old_path="1/3/", new_path="1/3/5/", at=AT)


def test_facts_are_seen_in_reach_only(root: Actor) -> None:
    joined(root, "a", "1/2/5/")
    joined(root, "b", "1/3/")
    leader = Actor(user_id=1, grants=(Grant("leader", 1, "1/2/", frozenset({"boards.view"})),))

    assert [fact.key for fact in Fact.objects.visible_to(leader)] == ["a"]
    assert not Fact.objects.visible_to(Actor()).exists()


SUITE = st.lists(
    st.tuples(
        st.sampled_from(["record", "many", "reverse", "fold", "move"]),
        st.integers(0, 6),
        st.sampled_from(["1/", "1/2/", "1/2/3/", "1/4/"]),
    ),
    max_size=25,
)


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SUITE)
def test_tallies_equal_the_ledger_whatever_happens(root: Actor, steps: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        for what, number, path in steps:
            if what == "record":
                joined(root, f"k{number}", path, quantity=number + 1)
            elif what == "many":
                ledger.record_many([new(f"k{number}", path), new(f"m{number}", path)], actor=root, at=AT)
            elif what == "fold":
                fold(3)
            elif what == "reverse" and (fact := Fact.objects.filter(reverses=None).order_by("id").first()):
                ledger.reverse(fact, actor=root, at=AT, reason="test")
            elif what == "move":
                ledger.move_subtree(actor=root, old_path="1/2/", new_path="1/5/", at=AT)
        assert list(differences()) == []
        transaction.set_rollback(True)


def test_repair_of_nothing_changes_nothing(root: Actor) -> None:
    repair([])

    assert TallyDelta.objects.count() == 0


def test_facts_said_to_be_new_are_still_written_once(root: Actor) -> None:
    joined(root, "a")

    count = ledger.record_many([new("a"), new("b")], actor=root, at=AT, are_new=True)

    assert count == 1
    assert sorted(Fact.objects.values_list("key", flat=True)) == ["a", "b"]
