"""Claims that have something in common are flagged with evidence across programmes, and never refused."""

import pytest

from smartunion.engines.payments.models import LikenessPair, Trait
from smartunion.engines.payments.programmes import PROGRAMMES, Programme
from smartunion.engines.payments.rules.states import LikenessState
from smartunion.engines.payments.service import (
    Likeness,
    Noted,
    Traits,
    likenesses,
    note_many,
    note_traits,
    payee_of,
    payee_problem,
)
from smartunion.engines.payments.tests import payments_world as make

pytestmark = pytest.mark.django_db
ACCOUNT = make.card(77)


def _note(
    here: make.World, record: str, traits: Traits, *, programme: str = make.HELP, who: int | None = None
) -> list[Likeness]:
    return note_traits(
        at=make.NOW,
        programme=programme,
        record=record,
        union_path=here.firm.path,
        person_id=who,
        traits=traits,
    )


def test_an_account_used_in_another_programme_is_flagged_with_its_last_digits() -> None:
    here = make.world()
    _note(here, "a:1", Traits(phone="13800138000", account=ACCOUNT))

    found = _note(here, "b:1", Traits(phone="13900139000", account=f" {ACCOUNT[:4]} {ACCOUNT[4:]}"), programme=make.DEATH)  # fmt: skip

    assert [(one.record, one.programme, one.evidence) for one in found] == [
        ("a:1", make.HELP, (("收款账号相同", f"****{ACCOUNT[-4:]}"),))
    ]
    assert [one.record for one in likenesses("a:1")] == ["b:1"]
    assert ACCOUNT not in str(LikenessPair.objects.values_list("evidence"))


def test_person_phone_number_and_picture_are_compared_too() -> None:
    here = make.world()
    assert here.ali.person_id is not None
    traits = Traits("13800138000", ACCOUNT, "11010519491231002X", ("ab" * 32,))
    _note(here, "a:1", traits, who=here.ali.person_id)

    (found,) = _note(here, "b:1", traits, who=here.ali.person_id)

    assert [name for name, _shown in found.evidence] == [
        "同一人", "证件号码相同", "手机号码相同", "收款账号相同", "图片或材料相同",
    ]  # fmt: skip


def test_noting_again_adds_nothing_and_keeps_what_was_found() -> None:
    here = make.world()
    _note(here, "a:1", Traits(account=ACCOUNT))
    _note(here, "b:1", Traits(account=ACCOUNT))
    LikenessPair.objects.update(state=LikenessState.HARMLESS)

    for record in ("a:1", "b:1", "a:1"):
        _note(here, record, Traits(account=ACCOUNT))

    assert LikenessPair.objects.get().state == LikenessState.HARMLESS
    assert Trait.objects.count() == 2


def test_more_in_common_opens_the_pair_again() -> None:
    here = make.world()
    _note(here, "a:1", Traits(account=ACCOUNT, phone="13800138000"))
    _note(here, "b:1", Traits(account=ACCOUNT))
    LikenessPair.objects.update(state=LikenessState.HARMLESS)

    _note(here, "b:1", Traits(account=ACCOUNT, phone="13800138000"))

    pair = LikenessPair.objects.get()
    assert (pair.state, len(pair.evidence)) == (LikenessState.OPEN, 2)


def test_claims_without_anything_in_common_are_not_flagged() -> None:
    here = make.world()
    _note(here, "a:1", Traits())
    _note(here, "a:2", Traits(account=make.card(1)))

    assert _note(here, "b:1", Traits(account=make.card(2))) == []
    assert not LikenessPair.objects.exists()


def test_an_account_used_by_very_many_lists_the_newest_only() -> None:
    here = make.world()
    for number in range(25):
        _note(here, f"a:{number}", Traits(account=ACCOUNT))

    assert len(_note(here, "b:1", Traits(account=ACCOUNT))) == 20


def test_of_things_and_places_only_those_of_other_people_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    here = make.world()
    ali, xiaobo = here.ali.person_id, here.xiaobo.person_id
    monkeypatch.setitem(PROGRAMMES, "gifts", Programme("gifts", "礼包", in_kind=True))
    _note(here, "a:1", Traits("13800138000", ACCOUNT), who=ali)
    path = here.firm.path

    def noted(record: str, who: int | None, traits: Traits) -> Noted:
        return Noted(record, path, who, traits)

    made = note_many(
        at=make.NOW, programme="gifts",
        claims=[
            noted("g:1", ali, Traits("13800138000", resident_id="11010519491231002X")),
            noted("g:2", ali, Traits("13800138000")),
            noted("g:3", xiaobo, Traits("13800138000", resident_id="11010519491231002x")),
            noted("g:4", xiaobo, Traits("13900139000")),
        ],
    )  # fmt: skip

    found = {
        (row.record, row.other_record): [kind for kind, _shown in row.evidence]
        for row in LikenessPair.objects.all()
    }
    assert (made, found) == (
        3,
        {("g:3", "g:1"): ["phone", "resident_id"], ("g:3", "g:2"): ["phone"], ("g:3", "a:1"): ["phone"]},
    )
    assert not Trait.objects.filter(programme="gifts", kind="person").exists()


def test_a_claim_is_not_like_the_gift_of_the_same_person_but_like_that_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = make.world()
    monkeypatch.setitem(PROGRAMMES, "gifts", Programme("gifts", "礼包", in_kind=True))
    traits = Traits("13800138000")
    note_many(
        at=make.NOW, programme="gifts", claims=[Noted("g:1", here.firm.path, here.ali.person_id, traits)]
    )

    assert _note(here, "a:1", traits, who=here.ali.person_id) == []
    assert {one.record for one in _note(here, "a:2", traits, who=here.xiaobo.person_id)} == {"a:1", "g:1"}


@pytest.mark.parametrize(
    ("form", "kind", "relation"),
    [
        ({}, "self", ""), ({"relation": "self"}, "self", ""), ({"relation": "spouse"}, "family", "配偶"),
        ({"relation": "母子"}, "family", "母子"),
    ],
)  # fmt: skip
def test_the_relation_is_read_as_chosen_and_as_older_forms_wrote_it(
    form: dict[str, object], kind: str, relation: str
) -> None:
    payee = payee_of({"payee": " 阿丽 ", "account": ACCOUNT, "bank": None, **form})

    assert (payee.name, payee.kind, payee.relation, payee.bank) == ("阿丽", kind, relation, "")


def test_an_account_that_cannot_be_right_is_said_before_anybody_decides() -> None:
    own = {"payee": "阿丽", "relation": "self", "account": ACCOUNT}
    wrong = ACCOUNT[:-1] + str((int(ACCOUNT[-1]) + 1) % 10)

    def problem(**changed: object) -> str | None:
        found = payee_problem({**own, **changed}, "阿丽")
        return found[0] if found else None

    assert [problem(), problem(account="1234"), problem(account=wrong)] == [None, "account", "account"]
    assert [problem(payee="阿强"), problem(payee="阿强", relation="spouse")] == ["payee", None]
    spouse = {**own, "payee": "阿强", "relation": "spouse"}
    assert payee_problem(spouse, "阿丽", own_only=True) is not None
