"""Claims that have something in common are flagged with evidence across programmes, and never refused."""

import pytest

from smartunion.engines.payments.models import LikenessPair, Trait
from smartunion.engines.payments.rules.states import LikenessState
from smartunion.engines.payments.service import Likeness, Traits, likenesses, note_traits
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
