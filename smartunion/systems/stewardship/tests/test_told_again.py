"""What a comparison tells as the month before is found quickly, with the same result as looked at one by one."""

from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smartunion.core.errors import DomainError
from smartunion.core.tests.lives import examples
from smartunion.ground.registry.models import Membership, ValueOrigin
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows import correcting, receiving
from smartunion.systems.stewardship.models import Decision, Discrepancy
from smartunion.systems.stewardship.tests.correcting_world import compare, told

pytestmark = pytest.mark.django_db
HERS, PHONES = "13800000000", ("13700000001", "13700000002", "13700000003")
Said = dict[tuple[int, str], tuple[str, str, float]]


def one_by_one(_comparison: object, found: Any) -> tuple[list[Any], Any]:
    """Looks at every difference."""
    return [], found


def month(number: int, path: str, people: list[Membership], said: Said) -> list[dict[str, Any]]:
    """A month of what departments say of people; returns every correction as it stands then."""
    found = [
        told(people[who], "mobile", phone, table=table, rule=rule, confidence=sure)
        for (who, table), (phone, rule, sure) in sorted(said.items())
        if phone != people[who].person.mobile
    ]
    compare(number, path, *found, *found[:1], tables=("social", "drivers"))
    return list(Discrepancy.objects.order_by("pk").values())


def somebody_acts(data: st.DataObject, people: list[Membership], cadre: Any, number: int) -> None:
    what = data.draw(st.sampled_from(["keep", "take", "undo", "origin", "move", "came", "write"]))
    at = make.AT.replace(day=number)
    one = data.draw(st.sampled_from(people))
    try:
        with transaction.atomic():
            if what in {"keep", "take"}:
                item = Discrepancy.objects.filter(person=one.person).order_by("pk").first()
                if item and what == "keep":
                    correcting.keep(actor=cadre, item_id=item.pk, reason="本人确认", at=at)
                elif item:
                    correcting.take(actor=cadre, item_id=item.pk, at=at)
            elif what == "undo":
                done = Decision.objects.filter(undone_at=None).order_by("-pk").first()
                if done:
                    correcting.undo(actor=cadre, decision_id=done.pk, at=at)
            elif what == "origin":
                ValueOrigin.objects.update_or_create(
                    person=one.person, field="mobile", defaults={"source": f"user:{number}", "since": at}
                )
            elif what == "move":
                Membership.objects.filter(pk=one.pk).update(
                    union_path=data.draw(st.sampled_from(["1/2/", one.union_path]))
                )
            elif what == "came":
                Membership.objects.filter(pk=one.pk).update(source=f"import:{number}")
            else:
                one.person.mobile = data.draw(st.sampled_from((HERS, *PHONES)))
                one.person.save()
    except DomainError:
        pass  # refused: nothing was done
    for row in people:
        row.person.refresh_from_db()


@given(st.data())
@settings(
    max_examples=examples(25), phases=[Phase.explicit, Phase.generate], deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_what_is_told_again_stands_as_if_looked_at_one_by_one(
    monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    with transaction.atomic():
        cast = make.cast()
        people = [
            make.membership(make.person(f"王{name}", mobile=HERS), cast.union, source=source)
            for name, source in (("一", ""), ("二", "import:1"), ("三", "import:2"))
        ]
        cadre = make.cadre(cast.county)
        said: Said = {}
        for number in range(1, 6):
            for key in data.draw(
                st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["social", "drivers"])), max_size=3)
            ):
                said[key] = (
                    data.draw(st.sampled_from(PHONES)), data.draw(st.sampled_from(["same_id", "name_phone"])),
                    data.draw(st.sampled_from([0.999, 0.97])),
                )  # fmt: skip
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), [Discrepancy]):
                    cursor.execute(statement)
            with transaction.atomic(), monkeypatch.context() as slowly:
                slowly.setattr(receiving, "told_again", one_by_one)
                plain = month(number, cast.county.path, people, said)
                transaction.set_rollback(True)
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), [Discrepancy]):
                    cursor.execute(statement)
            assert month(number, cast.county.path, people, said) == plain
            somebody_acts(data, people, cadre, number)
        transaction.set_rollback(True)


def test_a_phone_told_as_the_month_before_is_noted_with_its_new_extract_and_not_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = make.cast()
    one = make.membership(make.person("王一", mobile=HERS), cast.union)
    said: Said = {(0, "social"): (PHONES[0], "same_id", 0.999)}
    [before] = month(1, cast.county.path, [one], said)
    looked_up: list[int] = []
    monkeypatch.setattr(receiving._Batch, "_look_up", lambda batch: looked_up.extend(batch.ids))

    [after] = month(2, cast.county.path, [one], said)

    assert looked_up == []
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed == {"snapshot_id", "as_of", "seen_in", "changed_at", "version"}
    assert (after["seen_in"], after["version"], after["state"]) == (2, 2, "open")


def test_a_correction_that_was_taken_and_written_back_by_hand_is_open_again() -> None:
    cast = make.cast()
    one = make.membership(make.person("王一", mobile=HERS), cast.union)
    said: Said = {(0, "social"): (PHONES[0], "same_id", 0.999)}
    [first] = month(1, cast.county.path, [one], said)
    correcting.take(actor=make.cadre(cast.county), item_id=first["id"], at=make.AT)
    one.person.refresh_from_db()
    taken = one.person.mobile
    one.person.mobile = HERS
    one.person.save()
    ValueOrigin.objects.all().delete()  # the value is where it came from before, as if it had never been taken

    rows = month(2, cast.county.path, [one], said)

    assert taken == PHONES[0]
    assert [row["seen_in"] for row in rows if row["state"] == "open"] == [2]
