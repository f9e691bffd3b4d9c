"""Entering, withdrawing and asking what held."""

from datetime import UTC, date, datetime

import pytest

from smartunion.core.actor import Actor, Grant
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.ground.policies import service
from smartunion.ground.policies.flows.values import enter_value, withdraw_value
from smartunion.ground.policies.models import PolicyValue

AT = datetime(2026, 5, 3, 2, tzinfo=UTC)
KEY = "test.silence_days"

pytestmark = pytest.mark.django_db


def admin(path: str) -> Actor:
    return Actor(user_id=3, name="李敏", grants=(Grant("admin", 1, path, frozenset({"policies.edit"})),))


def enter(
    path: str = "1/", text: str = "20", since: date = date(2026, 5, 1), until: date | None = None
) -> PolicyValue:
    return enter_value(
        actor=admin(path),
        key=KEY,
        path=path,
        text=text,
        valid_from=since,
        valid_to=until,
        source="市总办〔2026〕4号",
        at=AT,
    )


def test_the_default_holds_where_nothing_was_entered() -> None:
    held = service.held(KEY, "1/2/", date(2026, 5, 3))

    assert (held.value, held.valid_from) == (15, None)
    assert held.source


def test_the_nearest_rule_of_the_day_holds() -> None:
    enter("1/", "20", date(2026, 1, 1))
    enter("1/2/", "10", date(2026, 5, 1), date(2026, 6, 1))

    asked = [
        ("1/", date(2026, 5, 3)),
        ("1/2/7/", date(2026, 5, 3)),
        ("1/2/", date(2026, 6, 1)),
        ("1/", date(2025, 12, 31)),
    ]
    assert [service.value(KEY, path=path, on=on) for path, on in asked] == [20, 10, 20, 15]
    assert service.held(KEY, "1/2/7/", date(2026, 5, 3)) == (
        10,
        "市总办〔2026〕4号",
        date(2026, 5, 1),
        "1/2/",
    )


def test_a_sibling_is_not_concerned() -> None:
    enter("1/2/", "10")

    assert service.value(KEY, path="1/20/", on=date(2026, 5, 3)) == 15


def test_several_values_cost_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    enter()

    with django_assert_num_queries(1):
        found = service.values([KEY, "notices.quiet_from"], path="1/", on=date(2026, 5, 3))

    assert found[KEY].value == 20


def test_an_unknown_parameter_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        service.value("no.such", path="", on=date(2026, 5, 3))


def test_entering_outside_ones_reach_is_refused() -> None:
    with pytest.raises(NotAllowed):
        enter_value(actor=admin("1/2/"), key=KEY, path="1/", text="20", valid_from=date(2026, 5, 1), valid_to=None,
                    source="市总办〔2026〕4号", at=AT)  # fmt: skip

    assert not PolicyValue.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "很久"}, "value"), ({"text": "0"}, "value"), ({"text": "91"}, "value"), ({"source": " "}, "source"),
        ({"valid_to": date(2026, 5, 1)}, "valid_to"), ({"valid_from": date(1026, 5, 1)}, "valid_from"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_refused_and_changes_nothing(changes: dict, field: str) -> None:  # type: ignore[type-arg]
    given = {
        "text": "20",
        "valid_from": date(2026, 5, 1),
        "valid_to": None,
        "source": "市总办〔2026〕4号",
    } | changes

    with pytest.raises(InvalidInput) as refused:
        enter_value(actor=admin("1/"), key=KEY, path="1/", at=AT, **given)

    assert refused.value.field == field
    assert not PolicyValue.objects.exists()


def test_two_values_for_one_day_are_refused_until_the_first_is_withdrawn() -> None:
    first = enter(text="20")
    with pytest.raises(InvalidInput) as refused:
        enter(text="30")
    assert refused.value.field == "valid_from"

    withdraw_value(actor=admin("1/"), value_id=first.pk, reason="录入错误", at=AT)
    enter(text="30")

    assert service.value(KEY, path="1/", on=date(2026, 5, 3)) == 30
    assert PolicyValue.objects.count() == 2


def test_a_withdrawn_value_never_held_again() -> None:
    enter(since=date(2026, 1, 1), text="12")
    row = enter(text="20")

    withdraw_value(actor=admin("1/"), value_id=row.pk, reason="录入错误", at=AT)

    assert service.value(KEY, path="1/", on=date(2026, 5, 3)) == 12
    with pytest.raises(StaleState):
        withdraw_value(actor=admin("1/"), value_id=row.pk, reason="again", at=AT)
    assert [event.event for event in AuditEvent.objects.order_by("id")] == [
        "policies.value_entered", "policies.value_entered", "policies.value_withdrawn",
    ]  # fmt: skip


def test_withdrawing_needs_reach_and_reason() -> None:
    row = enter()

    with pytest.raises(NotAllowed):
        withdraw_value(actor=admin("2/"), value_id=row.pk, reason="录入错误", at=AT)
    with pytest.raises(InvalidInput):
        withdraw_value(actor=admin("1/"), value_id=row.pk, reason=" ", at=AT)
    with pytest.raises(NotVisible):
        withdraw_value(actor=Actor(), value_id=row.pk, reason="录入错误", at=AT)

    row.refresh_from_db()
    assert row.withdrawn_at is None
