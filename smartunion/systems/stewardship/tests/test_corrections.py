"""Corrections: found by comparisons, decided by people, put back exactly."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from smartunion.core.errors import DomainError, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.feeds.service import differences
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.notices.models import Notice
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.flows.merging.journal import read
from smartunion.ground.registry.models import (
    Correction,
    Employer,
    Membership,
    Person,
    ValueOrigin,
)
from smartunion.ground.registry.service import employers, merging, people
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.flows import asking, correcting
from smartunion.systems.stewardship.models import Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import Act, Answer, State
from smartunion.systems.stewardship.tests.correcting_world import (
    LATER,
    compare,
    firm,
    month,
    the_item,
    told,
)

pytestmark = pytest.mark.django_db


def rows_of(*kinds: type[models.Model]) -> dict[str, dict[Any, Any]]:
    """Every row as the database keeps it."""
    return {
        kind.__name__: dict(read(kind, list(kind._base_manager.order_by("pk").values_list("pk", flat=True))))
        for kind in kinds
    }


REGISTRY = (Employer, Person, Membership, ValueOrigin, Correction)


def test_a_difference_becomes_one_correction_and_keeps_its_identity() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号")

    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    first = the_item()
    compare(10, cast.county.path, told(employer, "address", "新街 3 号"))

    item = the_item()
    assert (item.pk, item.state, item.ours, item.theirs) == (first.pk, State.OPEN, "老街 1 号", "新街 3 号")
    assert (item.path, item.ours_from, item.ours_since) == (cast.county.path, "import:4", make.AT)
    assert (item.snapshot_id, item.as_of.month, item.row, item.rule) == (100, 10, "E7", "code")
    assert (first.found_at, item.found_at) == (item.found_at, first.found_at)


def test_it_goes_by_itself_when_the_values_agree_and_not_when_the_extract_is_missing() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))

    compare(10, cast.county.path, tables=("social",))
    assert the_item().state == State.OPEN
    compare(11, cast.county.path)

    assert the_item().state == State.GONE
    compare(12, cast.county.path, told(employer, "address", "新街 2 号"))
    assert the_item().state == State.OPEN


def test_theirs_is_taken_with_its_lineage_and_put_back_byte_for_byte() -> None:
    cast = make.cast()
    employer = firm(cast)
    compare(9, cast.county.path, told(employer, "name", "宁海得力文具有限公司"))
    before = rows_of(*REGISTRY, Discrepancy)
    item = the_item()

    done = correcting.take(actor=cast.cadre, item_id=item.pk, version=item.version, at=LATER)

    employer.refresh_from_db()
    origin = employer.origins.get(field="name")
    assert (employer.name, employer.former_name) == ("宁海得力文具有限公司", "宁海得力文具厂")
    assert (origin.source, origin.table, origin.row, origin.as_of, origin.is_ours) == (
        f"snapshot:{item.snapshot_id}", "market", "E7", item.as_of, False,
    )  # fmt: skip
    assert (the_item().state, done.act, done.theirs_source) == (State.TAKEN, Act.TAKE, origin.source)

    correcting.undo(actor=cast.cadre, decision_id=done.pk, at=LATER)

    assert rows_of(*REGISTRY, Discrepancy) == before
    with pytest.raises(StaleState):
        correcting.undo(actor=cast.cadre, decision_id=done.pk, at=LATER)


@pytest.mark.parametrize(
    ("field", "theirs"),
    [("resident_id", make.resident_id(88)), ("mobile", "13700001111"), ("name", "王小波")],
)
def test_a_persons_sealed_values_come_back_byte_for_byte(field: str, theirs: str) -> None:
    cast = make.cast()
    compare(9, cast.county.path, told(cast.xiaobo, field, theirs, table="social", rule="near_id"))
    before = rows_of(*REGISTRY, Discrepancy)

    done = correcting.take(actor=cast.ali, item_id=the_item().pk, at=LATER)

    person = Person.objects.get(pk=cast.xiaobo.person_id)
    assert getattr(person, field) == theirs
    assert rows_of(*REGISTRY) != {name: before[name] for name in before if name != "Discrepancy"}
    correcting.undo(actor=cast.ali, decision_id=done.pk, at=LATER)
    assert rows_of(*REGISTRY, Discrepancy) == before


def test_what_is_kept_stays_quiet_until_the_departments_value_changes() -> None:
    cast = make.cast()
    employer = firm(cast, legal_person="王明")
    compare(9, cast.county.path, told(employer, "legal_person", "李明", rule="people"))

    correcting.keep(actor=cast.cadre, item_id=the_item().pk, reason="营业执照上是王明", at=LATER)

    compare(10, cast.county.path, told(employer, "legal_person", "李明", rule="people"))
    assert (the_item().state, the_item().reason) == (State.KEPT, "营业执照上是王明")
    compare(11, cast.county.path, told(employer, "legal_person", "李铭", rule="people"))
    assert the_item().state == State.OPEN


def test_both_wrong_writes_the_right_one_which_no_comparison_overwrites() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    before = rows_of(*REGISTRY, Discrepancy)

    done = correcting.write(
        actor=cast.cadre, item_id=the_item().pk, value="桥头 5 号", reason="现场看过", at=LATER
    )

    employer.refresh_from_db()
    assert (employer.address, the_item().state) == ("桥头 5 号", State.WRITTEN)
    assert employer.origins.get(field="address").is_ours
    compare(10, cast.county.path, told(employer, "address", "新街 2 号"))
    assert the_item().state == State.WRITTEN
    correcting.undo(actor=cast.cadre, decision_id=done.pk, at=LATER)
    assert rows_of(*REGISTRY) == {name: before[name] for name in before if name != "Discrepancy"}
    assert the_item().state == State.OPEN, "a month told it again since: somebody decides anew"


def test_a_head_count_and_a_state_are_taken_too() -> None:
    cast = make.cast()
    employer = firm(cast, staff_count=40)
    compare(
        9,
        cast.county.path,
        told(employer, "staff_count", "90", table="social"),
        told(employer, "state", "closed"),
    )

    for item in Discrepancy.objects.all():
        correcting.take(actor=cast.cadre, item_id=item.pk, at=LATER)

    employer.refresh_from_db()
    assert (employer.staff_count, employer.state) == (90, "closed")
    assert employer.union_links.filter(valid_to=None).count() == 1


def test_a_code_that_another_record_has_is_refused_and_nothing_changes() -> None:
    cast = make.cast()
    make.employer("宁海得力文具有限公司", uscc=make.uscc(31))
    employer = firm(cast)
    compare(9, cast.county.path, told(employer, "uscc", make.uscc(31)))
    before = rows_of(*REGISTRY, Discrepancy)

    with pytest.raises(employers.EmployerKnown):
        correcting.take(actor=cast.cadre, item_id=the_item().pk, at=LATER)

    assert rows_of(*REGISTRY, Discrepancy) == before
    assert not Decision.objects.exists()


def test_a_decision_is_not_undone_over_what_somebody_did_since() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    done = correcting.take(actor=cast.cadre, item_id=the_item().pk, at=LATER)
    employer.refresh_from_db()
    employers.update_employer(
        actor=cast.cadre,
        employer_id=employer.pk,
        version=employer.version,
        changes={"address": "桥头 5 号"},
        at=LATER,
    )

    with pytest.raises(correcting.CannotTakeBack):
        correcting.undo(actor=cast.cadre, decision_id=done.pk, at=LATER)

    employer.refresh_from_db()
    assert (employer.address, the_item().state) == ("桥头 5 号", State.TAKEN)


def test_who_may_see_and_decide() -> None:
    cast = make.cast()
    employer = firm(cast)
    compare(9, cast.county.path, told(employer, "name", "宁海得力文具有限公司"),
            told(cast.xiaobo, "mobile", "13700001111", table="social"))  # fmt: skip

    def seen(actor: Any) -> set[str]:
        return set(Discrepancy.objects.visible_to(actor).values_list("kind", flat=True))

    assert seen(cast.cadre) == {"employer", "person"}
    assert seen(cast.ali) == {"person"}, "a chair changes her members, not employers"
    for stranger in (
        cast.xiaobo_actor,
        cast.laoqin_actor,
        make.inspector(cast.county),
        make.chair(cast.elsewhere),
    ):
        assert seen(stranger) == set()
        for item in Discrepancy.objects.all():
            with pytest.raises(NotVisible):
                correcting.take(actor=stranger, item_id=item.pk, at=LATER)
    assert not Decision.objects.exists()


def test_an_old_version_and_a_decided_one_are_refused() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    item = the_item()
    compare(10, cast.county.path, told(employer, "address", "新街 3 号"))

    with pytest.raises(StaleState):
        correcting.take(actor=cast.cadre, item_id=item.pk, version=item.version, at=LATER)
    correcting.take(actor=cast.cadre, item_id=item.pk, at=LATER)
    for act in (correcting.take, correcting.keep):
        with pytest.raises(StaleState):
            act(actor=cast.cadre, item_id=item.pk, reason="再来一次", at=LATER)
    assert Decision.objects.count() == 1


def refused(act: Callable[[], object], error: type[DomainError]) -> None:
    with pytest.raises(error):
        act()


def test_the_union_is_asked_answers_and_the_cadre_decides() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号")
    compare(9, cast.county.path, told(employer, "address", "新街 2 号"))
    item = the_item()
    refused(lambda: asking.ask(actor=cast.cadre, item_id=item.pk, at=LATER), InvalidInput)
    user = User.objects.create(username="ali", name="阿丽", created_at=make.AT)
    RoleGrant.objects.create(user=user, role="chair", union=cast.union, valid_from=make.DAY)

    asking.ask(actor=cast.cadre, item_id=item.pk, at=LATER)

    notice = Notice.objects.get()
    assert (notice.user_id, notice.link) == (user.pk, f"/desk/stewardship/corrections/{item.pk}/")
    assert "老街" not in notice.body
    assert list(Discrepancy.objects.visible_to(cast.ali)) == [item]
    refused(lambda: correcting.take(actor=cast.ali, item_id=item.pk, at=LATER), NotAllowed)
    refused(
        lambda: asking.answer(actor=make.chair(cast.elsewhere), item_id=item.pk, said=Answer.OURS, at=LATER),
        NotVisible,
    )
    refused(lambda: asking.answer(actor=cast.ali, item_id=item.pk, said=Answer.OTHER, at=LATER), InvalidInput)
    answered = asking.answer(actor=cast.ali, item_id=item.pk, said=Answer.OTHER, value="桥头 5 号", at=LATER)
    assert (answered.state, answered.answer, answered.answer_value) == (
        State.ANSWERED,
        Answer.OTHER,
        "桥头 5 号",
    )
    compare(10, cast.county.path, told(employer, "address", "新街 2 号"))
    assert the_item().state == State.ANSWERED
    compare(11, cast.county.path, told(employer, "address", "新街 9 号"))
    assert the_item().state == State.OPEN, "the answer was about another value"


def test_the_policy_takes_some_values_unasked_but_no_personal_or_doubtful_ones() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号", legal_person="王明")
    sure, unsure = told(employer, "legal_person", "李明"), told(employer, "address", "新街 2 号")
    phone = told(cast.xiaobo, "mobile", "13700001111", table="social", confidence=0.999)

    compare(9, cast.county.path, sure, unsure, phone)

    states = {row.field: row.state for row in Discrepancy.objects.all()}
    assert states == {"legal_person": State.TAKEN, "address": State.OPEN, "mobile": State.OPEN}
    done = Decision.objects.get()
    assert (done.act, done.item.field, done.user_id) == (Act.AUTO, "legal_person", None)
    correcting.undo(actor=cast.cadre, decision_id=done.pk, at=LATER)
    compare(10, cast.county.path, sure)
    assert Discrepancy.objects.get(field="legal_person").state == State.OPEN, (
        "what was undone is not taken again"
    )


def test_nothing_is_taken_unasked_where_the_federation_says_so() -> None:
    cast = make.cast()
    employer = firm(cast, legal_person="王明")
    PolicyValue.objects.create(
        key="stewardship.taken_unasked",
        value="none",
        path=cast.county.path,
        valid_from=make.DAY,
        created_at=make.AT,
    )

    compare(11, cast.county.path, told(employer, "legal_person", "李明"))

    assert the_item().state == State.OPEN


def test_erasing_and_merging_take_corrections_along() -> None:
    cast = make.cast()
    compare(9, cast.county.path, told(cast.xiaobo, "mobile", "13700001111", table="social"))
    twin = make.member(cast.union, "小波")
    person = cast.xiaobo.person

    merging.merge_people(
        actor=cast.cadre,
        asked=merging.Asked(twin.person_id, {twin.person_id: 1, person.pk: 1}, "同一个人", {}, twin.pk), at=LATER,
    )  # fmt: skip

    assert the_item().person_id == twin.person_id
    survivor = Person.objects.get(pk=twin.person_id)
    Membership.objects.filter(person=survivor, ended_on=None).update(
        state="ended", ended_on=make.TODAY, end_type="left", reason="own_wish"
    )
    people.erase(
        actor=cast.cadre, person_id=survivor.pk, version=survivor.version, reason="本人申请删除", at=LATER
    )
    assert not Discrepancy.objects.exists()


def test_one_difference_told_twice_stands_once() -> None:
    cast = make.cast()
    employer = firm(cast, address="老街 1 号")
    comparison = month(9, cast.county.path, "market")

    for theirs in ("新街 2 号", "新街 3 号"):
        differences.tell(comparison, [told(employer, "address", theirs)])

    assert the_item().theirs == "新街 2 号"


def test_what_an_extract_of_some_months_does_not_name_stands_with_the_extract_that_told_it() -> None:
    cast = make.cast()
    ours, other = firm(cast), make.employer("宁海路桥公司", looked_after_by=cast.county)
    compare(1, cast.county.path, told(ours, "name", "甲厂", table="dues"), told(other, "name", "乙厂", table="dues"),
            tables=("dues",))  # fmt: skip
    kept = Discrepancy.objects.get(employer=ours)
    correcting.keep(actor=make.cadre(cast.county), item_id=kept.pk, reason="已核对营业执照", at=make.AT)
    second = month(2, cast.county.path, "dues")

    differences.pass_over(second, "employer", "dues", [ours.pk])
    differences.end(second)

    kept.refresh_from_db()
    assert (kept.state, kept.snapshot_id, kept.seen_in) == (State.KEPT, 10, 2)
    assert Discrepancy.objects.get(employer=other).state == State.GONE, "it was named, and nothing differed"
