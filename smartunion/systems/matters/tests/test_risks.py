"""Labour-risk notices reach those they concern, each with why; counted, understood, taken back, refused for good."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, World, acting
from smartunion.ground.accounts.models import User
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.models import Employer, PlatformWork
from smartunion.systems.matters.flows import risks as flows
from smartunion.systems.matters.models import RiskNotice, RiskRecipient
from smartunion.systems.matters.queries.risks import how_many

pytestmark = pytest.mark.django_db


def written(here: World, **values: object) -> RiskNotice:
    given: dict[str, object] = {
        "client_id": uuid4(), "union_id": here.town.pk, "kind": "fraud", "title": "谨防租车押金骗局",
        "text": "先看合同再交押金，要收据。", "audience": "members",
    }  # fmt: skip
    return flows.write(actor=acting(here.town_cadre), data=flows.Written(**(given | values)), at=NOW)  # type: ignore[arg-type]


def sent(here: World, **values: object) -> RiskNotice:
    risk = written(here, **values)
    flows.send(actor=acting(here.town_cadre), risk_id=risk.pk, at=NOW)
    flows.push(risk_id=risk.pk, at=NOW)
    risk.refresh_from_db()
    return risk


def driver(here: World) -> tuple[User, Employer]:
    platform = make.employer("满帮货运平台", town=here.town)
    Employer.objects.filter(pk=platform.pk).update(is_platform=True)
    who = make.person("货车司机", mobile="13800138055")
    make.member(who, here.grassroots)
    PlatformWork.objects.create(person=who, platform=platform, started_on=date(2025, 1, 1), created_at=NOW)
    return make.user("货车司机", who=who), platform


def test_members_of_the_area_get_it_once_with_why_and_strangers_do_not() -> None:
    here = make.world()

    risk = sent(here)
    flows.push(risk_id=risk.pk, at=NOW)

    got = dict(RiskRecipient.objects.values_list("person_id", "why"))
    assert set(got) == {here.ali.person_id, here.xiaobo.person_id}
    assert got[here.ali.person_id] == "您是宁海晨光文具有限公司工会的会员，在本提示的范围内。"
    assert (risk.state, risk.recipients, Notice.objects.filter(template="matters.risk").count()) == (
        "sent",
        2,
        2,
    )


def test_a_platform_an_industry_and_a_firm_narrow_it() -> None:
    here = make.world()
    who, platform = driver(here)
    Employer.objects.filter(pk=here.firm.pk).update(industry="C")

    on_platform = written(here, audience="platform", employer_id=platform.pk)
    in_industry = written(here, industry="C")
    elsewhere = written(here, industry="G")
    at_firm = written(here, employer_id=here.firm.pk)
    chairs = written(here, audience="chairs", industry="C")

    assert [how_many(one) for one in (on_platform, in_industry, elsewhere, at_firm, chairs)] == [
        1,
        2,
        0,
        2,
        1,
    ]
    risk = sent(here, audience="platform", employer_id=platform.pk)
    assert RiskRecipient.objects.get(risk=risk).why.endswith("登记为满帮货运平台的从业人员。")
    assert who.person_id == RiskRecipient.objects.get(risk=risk).person_id


def test_who_wants_none_gets_none_until_she_wants_them_again() -> None:
    here = make.world()
    flows.choose(actor=acting(here.ali), wants=False, at=NOW)

    assert how_many(written(here)) == 1
    flows.choose(actor=acting(here.ali), wants=True, at=NOW)
    assert how_many(written(here)) == 2
    with pytest.raises(NotAllowed):
        flows.choose(actor=acting(here.town_cadre), wants=False, at=NOW)


def test_understood_is_counted_once_and_only_for_those_who_got_it() -> None:
    here = make.world()
    risk = sent(here)

    for _again in range(2):
        flows.understood(actor=acting(here.ali), risk_id=risk.pk, at=NOW)
    with pytest.raises(NotVisible):
        flows.understood(actor=acting(here.stranger), risk_id=risk.pk, at=NOW)

    risk.refresh_from_db()
    assert risk.seen == 1


def test_taken_back_is_told_to_those_who_had_read_it_and_seen_by_all() -> None:
    here = make.world()
    risk = sent(here)
    flows.understood(actor=acting(here.ali), risk_id=risk.pk, at=NOW)

    flows.take_back(
        actor=acting(here.town_cadre), risk_id=risk.pk, reason="公司已退还押金", at=NOW + timedelta(days=1)
    )
    with pytest.raises(StaleState):
        flows.take_back(actor=acting(here.town_cadre), risk_id=risk.pk, reason="再一次", at=NOW)

    assert list(Notice.objects.filter(template="matters.risk_back").values_list("person_id", flat=True)) == [
        here.ali.person_id
    ]
    client = Client()
    client.force_login(here.xiaobo)
    assert "公司已退还押金" in client.get(f"/risks/{risk.pk}/").content.decode()


@pytest.mark.parametrize(
    ("values", "field"), [({"title": " "}, "title"), ({"audience": "all"}, "audience"), ({"kind": "x"}, "kind"),
                          ({"employer_id": 10**9}, "employer")],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_leaves_no_draft(values: dict[str, object], field: str) -> None:
    here = make.world()

    with pytest.raises(InvalidInput) as refused:
        written(here, **values)

    assert (refused.value.field, RiskNotice.objects.count()) == (field, 0)


def test_only_the_unions_own_officers_send_and_the_same_draft_is_kept_once() -> None:
    here = make.world()
    risk = written(here, client_id=UUID(int=3))

    assert written(here, client_id=UUID(int=3)).pk == risk.pk
    with pytest.raises(NotVisible):
        flows.send(actor=acting(here.xiaobo), risk_id=risk.pk, at=NOW)
    risk.refresh_from_db()
    assert risk.state == "draft"


def test_the_pages_write_send_read_and_never_name_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartunion.core.clock.now", lambda: NOW)
    here = make.world()
    desk, phone = Client(), Client()
    desk.force_login(here.town_cadre)
    phone.force_login(here.ali)
    given = {
        "client_id": str(uuid4()),
        "union": here.town.pk,
        "kind": "fraud",
        "title": "防骗",
        "text": "不交押金",
        "audience": "members",
    }

    written_page = desk.post("/desk/matters/risks/new/", given)
    risk = RiskNotice.objects.get()
    assert written_page.headers["Location"] == f"/desk/matters/risks/{risk.pk}/"
    desk.post(f"/desk/matters/risks/{risk.pk}/send/")
    flows.push(risk_id=risk.pk, at=NOW)
    read = phone.get(f"/risks/{risk.pk}/").content.decode()
    phone.post(f"/risks/{risk.pk}/")

    assert "您是宁海晨光文具有限公司工会的会员" in read
    page = desk.get(f"/desk/matters/risks/{risk.pk}/").content.decode()
    assert "阿丽" not in page
    assert "&lt; 5" in page or "< 5" in page
    assert "已知晓" in phone.get("/risks/").content.decode()
