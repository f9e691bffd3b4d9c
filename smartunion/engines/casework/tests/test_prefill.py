"""Asked once: what the register, the account and earlier cases know stands in the form already."""

from dataclasses import replace
from uuid import uuid4

import pytest

from smartunion.engines.casework import service
from smartunion.engines.casework.definition import Field, FieldKind, Route, Section, text
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.ground.accounts.models import User

pytestmark = pytest.mark.django_db
FIELDS = (
    Field("name", FieldKind.TEXT, text("姓名"), prefill="person.name"),
    Field("firm", FieldKind.EMPLOYER, text("单位"), prefill="person.employer"),
    Field("firm_words", FieldKind.TEXT, text("单位名称"), prefill="person.employer"),
    Field("union", FieldKind.UNION, text("工会"), prefill="person.union"),
    Field("contact", FieldKind.PERSON, text("联系人"), prefill="person.name"),
    Field("day", FieldKind.DATE, text("日期"), prefill="today"),
    Field("before", FieldKind.TEXTAREA, text("上次"), prefill="case.wish.about", is_required=False),
)


@pytest.fixture
def town() -> make.World:
    made = make.world()
    steps = (replace(WISH.steps[0], route=Route.OWN_UNION, roles=("chair",)), WISH.steps[1])
    make.published(replace(WISH, steps=steps))
    make.published(
        replace(
            WISH, key="more", sections=(Section("a", text("甲"), FIELDS),), subject=text("再来"), steps=steps
        )
    )
    return made


def known(user: User) -> dict[str, object]:
    case = service.start_draft(service_key="more", actor=make.acting(user), at=make.NOW, client_id=uuid4())
    return service.CaseData.load(case.data).form


def test_a_member_finds_everything_filled_in(town: make.World) -> None:
    ali = make.acting(town.ali)
    case = service.start_draft(service_key="wish", actor=ali, at=make.NOW, client_id=uuid4())
    service.save_draft(case_id=case.pk, raw={"kind": "goods", "about": "一把伞"}, actor=ali, at=make.NOW)
    service.submit(case_id=case.pk, actor=ali, at=make.NOW)

    assert known(town.ali) == {
        "name": "阿丽",
        "firm": {"id": town.firm.pk, "name": "宁海晨光文具有限公司"},
        "firm_words": "宁海晨光文具有限公司",
        "union": {"id": town.grassroots.pk, "name": "宁海晨光文具有限公司工会"},
        "contact": {"name": "阿丽", "mobile": "13800138000"},
        "day": "2026-03-02",
        "before": "一把伞",
    }


def test_a_stranger_finds_only_what_is_hers(town: make.World) -> None:
    assert known(town.stranger) == {
        "name": "老秦", "contact": {"name": "老秦", "mobile": "13800138009"}, "day": "2026-03-02",
    }  # fmt: skip


def test_a_prefilled_form_can_be_sent_as_it_is(town: make.World) -> None:
    ali = make.acting(town.ali)
    case = service.start_draft(service_key="more", actor=ali, at=make.NOW, client_id=uuid4())

    sent = service.submit(case_id=case.pk, actor=ali, at=make.NOW)

    assert (sent.state, sent.employer_id, sent.union_id) == ("open", town.firm.pk, town.grassroots.pk)
