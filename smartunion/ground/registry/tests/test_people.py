"""People: found again, entered, changed, corrected, looked at, erased."""

from datetime import date

import pytest

from smartunion.core.actor import STRANGER, Actor
from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible
from smartunion.ground.registry import queries
from smartunion.ground.registry.flows import people
from smartunion.ground.registry.flows.people.change import IdTaken
from smartunion.ground.registry.flows.people.erase import StillMember
from smartunion.ground.registry.flows.people.intake import NameDiffers
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.models import Correction, Membership, Person, TradeUnion
from smartunion.ground.registry.tests import factories as make

pytestmark = pytest.mark.django_db
ID = make.resident_id(1)


def found(data: people.PersonData, actor: Actor | None = None) -> people.Found:
    return people.find_or_create_person(actor=actor or make.cadre(None), data=data, at=make.AT)


def test_a_new_person_is_entered_with_what_her_number_tells() -> None:
    result = found(people.PersonData("单 小明", f" {ID.lower()} ", mobile="+86 139-0000-1234"))

    person = Person.objects.get()
    assert (result.person, result.is_new, result.matched_by) == (person, True, "")
    assert (person.name, person.pinyin, person.initials) == ("单小明", "shanxiaoming sxm", "sxm")
    assert (person.resident_id, person.birth_date, person.sex) == (ID, date(1990, 3, 7), "m")
    assert (person.mobile, person.mobile_tail) == ("13900001234", "1234")
    assert AuditEvent.objects.get().owner_person_id == person.pk


def test_the_same_number_finds_her_again_and_fills_what_was_empty() -> None:
    first = found(people.PersonData("王小明", ID)).person

    again = found(people.PersonData("王 小明", ID, mobile="13900001234", details={"education": "bachelor"}))

    assert (again.person.pk, again.is_new, again.matched_by) == (first.pk, False, "resident_id")
    assert (again.person.mobile, again.person.education, again.person.version) == (
        "13900001234",
        "bachelor",
        2,
    )
    assert queries.people_by_mobile("139 0000 1234") == [again.person]
    third = found(
        people.PersonData("王小明", ID, mobile="13900009999", details={"education": "master"})
    ).person
    assert (third.mobile, third.education, third.version) == ("13900001234", "bachelor", 2)
    assert Person.objects.count() == 1


def test_an_old_number_of_15_digits_finds_the_same_person() -> None:
    born_1965 = make.resident_id(123, born="19650506")
    person = found(people.PersonData("王小明", born_1965)).person

    legacy = born_1965[:6] + born_1965[8:17]

    assert queries.person_by_resident_id(legacy) == person
    with pytest.raises(InvalidInput):
        found(people.PersonData("王小明", legacy))
    imported = people.find_or_create_person(
        actor=make.cadre(None), data=people.PersonData("王小明", legacy), at=make.AT, accept_legacy=True
    )
    assert imported.person == person


def test_a_known_number_under_another_name_is_refused_without_telling_the_name() -> None:
    found(people.PersonData("王小明", ID))

    with pytest.raises(NameDiffers) as refused:
        found(people.PersonData("李小龙", ID))

    assert "王" not in str(refused.value)
    assert ID not in str(refused.value)
    assert Person.objects.count() == 1


def test_name_and_mobile_find_her_unless_the_numbers_differ() -> None:
    without_id = found(people.PersonData("王小明", mobile="13900001234")).person

    same = found(people.PersonData("王小明", ID, mobile="13900001234"))
    assert (same.person.pk, same.matched_by, same.person.resident_id) == (without_id.pk, "name_mobile", ID)
    assert queries.person_by_resident_id(ID) == without_id

    namesake = found(people.PersonData("王小明", make.resident_id(2), mobile="13900001234"))
    sister = found(people.PersonData("王小红", mobile="13900001234"))
    assert (namesake.is_new, sister.is_new) == (True, True)
    assert Person.objects.count() == 3


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (people.PersonData(""), "name"),
        (people.PersonData("王1"), "name"),
        (people.PersonData("王"), "name"),
        (people.PersonData("王小明", ID[:-1] + ("0" if ID[-1] != "0" else "1")), "resident_id"),
        (people.PersonData("王小明", "12345"), "resident_id"),
        (people.PersonData("王小明", "!!", id_type="passport"), "resident_id"),
        (people.PersonData("王小明", mobile="12345"), "mobile"),
        (people.PersonData("王小明", mobile="0574-65512345"), "mobile"),
        (people.PersonData("王小明", ID, sex="f"), "sex"),
        (people.PersonData("王小明", ID, birth_date=date(1990, 1, 1)), "birth_date"),
        (people.PersonData("王小明", details={"education": "本科"}), "education"),
        (people.PersonData("王小明", details={"native_place": "长" * 61}), "native_place"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_stored(data: people.PersonData, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        found(data)

    assert refused.value.field == field
    assert not Person.objects.exists()
    if data.resident_id:
        assert data.resident_id not in str(refused.value)


def test_foreign_names_and_documents_are_taken() -> None:
    person = found(people.PersonData("阿丽娅•买买提", "e12345678", id_type="passport")).person
    other = found(people.PersonData("Mary-Ann O'Neill", "G(123)", id_type="other")).person

    assert (person.name, person.resident_id, person.id_type) == ("阿丽娅·买买提", "E12345678", "passport")
    assert other.name == "Mary-Ann O'Neill"


def test_old_and_new_residence_cards_of_foreigners_are_taken() -> None:
    old = found(people.PersonData("Anna Lee", "can310080081101", id_type="permit")).person
    new = found(people.PersonData("Emma Roy", "911124198108030024", id_type="permit")).person

    assert (old.resident_id, old.id_type, old.birth_date, old.sex) == ("CAN310080081101", "permit", None, "")
    assert (new.resident_id, new.birth_date, new.sex) == ("911124198108030024", date(1981, 8, 3), "f")
    with pytest.raises(InvalidInput):
        found(people.PersonData("Anna Lee", "can310080081101"))


def test_strangers_enter_nobody() -> None:
    with pytest.raises(NotAllowed):
        found(people.PersonData("王小明"), STRANGER)


def test_update_by_version_by_herself_and_by_her_union_only() -> None:
    who = make.cast()
    person = who.xiaobo.person

    changed = people.update_person(
        actor=who.xiaobo_actor, person_id=person.pk, version=1, at=make.AT, changes={"mobile": "13711112222"}
    )
    assert (changed.mobile, changed.mobile_tail, changed.version) == ("13711112222", "2222", 2)
    assert queries.people_by_mobile("13711112222") == [person]
    assert people.update_person(
        actor=who.ali, person_id=person.pk, version=2, at=make.AT, changes={"trade": "车工", "is_migrant": True}
    ).trade == "车工"  # fmt: skip
    with pytest.raises(StaleEdit) as refused:
        people.update_person(
            actor=who.ali,
            person_id=person.pk,
            version=2,
            at=make.AT,
            changes={"trade": "钳工", "mobile": "13700000000"},
        )
    assert [(c.field, c.stored, c.given) for c in refused.value.conflicts] == [("trade", "车工", "钳工")]
    with pytest.raises(NotVisible):
        people.update_person(
            actor=make.chair(who.elsewhere),
            person_id=person.pk,
            version=3,
            at=make.AT,
            changes={"trade": "x"},
        )
    with pytest.raises(NotAllowed):
        people.update_person(
            actor=make.inspector(who.county),
            person_id=person.pk,
            version=3,
            at=make.AT,
            changes={"trade": "x"},
        )
    assert Person.objects.get(pk=person.pk).trade == "车工"


def test_a_former_union_sees_her_but_changes_nothing_any_more() -> None:
    who = make.cast()
    person = who.laoqin.person
    make.membership(
        person,
        who.union,
        state="ended",
        ended_on=date(2026, 3, 1),
        started_on=date(2025, 1, 1),
        end_type="left",
    )

    assert person in Person.objects.visible_to(who.ali)
    with pytest.raises(NotAllowed):
        people.update_person(
            actor=who.ali, person_id=person.pk, version=1, at=make.AT, changes={"trade": "x"}
        )
    with pytest.raises(NotAllowed):
        people.reveal(actor=who.ali, person_id=person.pk, field="mobile", reason="电话通知", at=make.AT)


def test_correct_keeps_both_values_sealed_and_follows_into_the_lists() -> None:
    who = make.cast()
    person = who.xiaobo.person
    old_id = person.resident_id

    named = people.correct(
        actor=who.ali,
        person_id=person.pk,
        version=1,
        field="name",
        value="肖波",
        reason="派出所更名",
        at=make.AT,
    )
    assert (named.name, named.pinyin, named.version) == ("肖波", "xiaobo xb", 2)
    assert Membership.objects.get(person=person).name_key == "xiaobo xb"
    fixed_id = make.resident_id(5, born="19910405")
    numbered = people.correct(
        actor=who.ali,
        person_id=person.pk,
        version=2,
        field="resident_id",
        value=fixed_id,
        reason="录入错误",
        at=make.AT,
    )
    assert (numbered.resident_id, numbered.birth_date) == (fixed_id, date(1991, 4, 5))
    assert queries.person_by_resident_id(fixed_id) == person
    assert queries.person_by_resident_id(old_id) is None
    kept = {c.field: (c.before, c.after) for c in Correction.objects.all()}
    assert kept["name"] == ("小波", "肖波")
    assert kept["resident_id"] == (old_id, fixed_id)
    assert "小波" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


def test_correct_refuses_a_taken_number_values_that_follow_and_empty_reasons() -> None:
    who = make.cast()
    person = who.xiaobo.person
    other = make.person()

    with pytest.raises(IdTaken):
        people.correct(
            actor=who.ali, person_id=person.pk, version=1, field="resident_id", value=other.resident_id,
            reason="录入错误", at=make.AT,
        )  # fmt: skip
    for field, value, reason, wrong in [
        ("birth_date", date(1990, 1, 1), "录入错误", "birth_date"),
        ("sex", "f", "录入错误", "sex"),
        ("name", "肖波", "错", "reason"),
        ("resident_id", "", "录入错误", "resident_id"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            people.correct(
                actor=who.ali,
                person_id=person.pk,
                version=1,
                field=field,
                value=value,
                reason=reason,
                at=make.AT,
            )
        assert refused.value.field == wrong
    assert Person.objects.get(pk=person.pk).version == 1
    assert not Correction.objects.exists()


def test_reveal_gives_one_value_and_leaves_a_trace_its_owner_sees() -> None:
    who = make.cast()
    person = who.xiaobo.person

    shown = people.reveal(
        actor=who.ali, person_id=person.pk, field="mobile", reason="通知体检时间", at=make.AT
    )

    event = AuditEvent.objects.get()
    assert shown == person.mobile
    assert (event.event, event.owner_person_id, event.reason, event.data) == (
        "registry.field_revealed", person.pk, "通知体检时间", {"field": "mobile"}
    )  # fmt: skip
    assert (
        people.reveal(actor=who.xiaobo_actor, person_id=person.pk, field="mobile", reason="", at=make.AT)
        == shown
    )
    assert AuditEvent.objects.count() == 1


def test_reveal_is_refused_without_reason_right_or_sight() -> None:
    who = make.cast()
    person = who.xiaobo.person

    for actor, reason, error in [
        (who.ali, "", InvalidInput),
        (make.inspector(who.county), "例行检查", NotAllowed),
        (make.chair(who.elsewhere), "例行检查", NotVisible),
        (who.laoqin_actor, "例行检查", NotVisible),
    ]:
        with pytest.raises(error):
            people.reveal(actor=actor, person_id=person.pk, field="resident_id", reason=reason, at=make.AT)
    assert not AuditEvent.objects.exists()


def test_erase_leaves_nothing_that_tells_who_it_was() -> None:
    who = make.cast()
    person = who.xiaobo.person
    with pytest.raises(StillMember):
        people.erase(actor=who.ali, person_id=person.pk, version=1, reason="本人要求删除", at=make.AT)
    Membership.objects.filter(person=person).update(state="ended", ended_on=make.TODAY, end_type="left")
    Correction.objects.create(
        person=person, field="name", before="甲", after="乙", reason="x", corrected_at=make.AT
    )

    people.erase(actor=who.ali, person_id=person.pk, version=1, reason="本人要求删除", at=make.AT)

    gone = Person.objects.get(pk=person.pk)
    assert (gone.name, gone.pinyin, gone.resident_id, gone.mobile, gone.mobile_tail) == ("", "", "", "", "")
    assert (gone.resident_id_index, gone.mobile_index, gone.birth_date, gone.erased_at) == (
        None,
        None,
        None,
        make.AT,
    )
    assert Membership.objects.get(person=person).name_key == ""
    assert not Correction.objects.exists()


def test_a_unions_phone_is_revealed_with_a_reason_to_those_who_work_with_it() -> None:
    who = make.cast()
    TradeUnion.objects.filter(pk=who.union.pk).update(contact_phone="13912345678")

    shown = people.reveal_contact(actor=who.cadre, union_id=who.union.pk, reason="联系换届事宜", at=make.AT)

    assert shown == "13912345678"
    assert AuditEvent.objects.get().reason == "联系换届事宜"
    for actor, reason, error in [
        (who.cadre, "", InvalidInput), (make.inspector(who.county), "例行检查", NotAllowed),
        (make.chair(who.elsewhere), "例行检查", NotVisible),
    ]:  # fmt: skip
        with pytest.raises(error):
            people.reveal_contact(actor=actor, union_id=who.union.pk, reason=reason, at=make.AT)
    assert AuditEvent.objects.count() == 1
