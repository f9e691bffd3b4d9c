"""Reports of funds on the desk, on the phone and over the API: written, passed, read, asked about."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as cases
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.tests import factories as accounts
from smartunion.ground.accounts.tests.factories import signed_in
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.dues.flows import reports
from smartunion.systems.dues.models import FundsAnswer, FundsReport
from smartunion.systems.dues.report_rules import FundsHalf, Span
from smartunion.systems.dues.services import FUNDS_QUESTION
from smartunion.systems.dues.tests.funds_world import AT, Funds, funds, money, seat

pytestmark = pytest.mark.django_db
API = "/api/v1/dues/reports"
FIGURES = {
    "opening_yuan": "1000", "closing_yuan": "1200.30", "income_0_budget": "380", "income_0_actual": "400",
    "income_1_actual": "600", "spending_0_budget": "700", "spending_0_actual": "799.70", "note": "多办了两场活动",
}  # fmt: skip


@pytest.fixture
def there() -> Funds:
    return funds()


def wrote(client: Client, there: Funds, **more: str) -> Any:
    where = {"union": str(there.union.pk), "year": "2025", "half": "0"}
    return client.post("/desk/dues/reports/new/", where | FIGURES | more)


def test_a_chair_writes_an_auditor_passes_and_a_member_reads(there: Funds) -> None:
    chair, auditor, member = (signed_in(one) for one in (there.place.chair, there.auditor, there.member))
    asked = chair.get("/desk/dues/reports/new/", {"union": there.union.pk, "year": 2025}).content.decode()
    assert "职工活动支出：预算（元）" in asked
    made = wrote(chair, there)
    row = FundsReport.objects.get()
    page, paper = f"/desk/dues/reports/{row.pk}/", f"/funds/{row.pk}/report.pdf"
    assert (made.status_code, made["Location"]) == (302, page)
    assert member.get(f"/funds/{row.pk}/").status_code == 404
    assert chair.post(f"{page}submit/").status_code == 302
    waiting = auditor.get("/funds/").content.decode()
    assert "等您审查" in waiting
    assert "2025年度" in waiting
    assert "审查通过" in auditor.get(f"/funds/{row.pk}/").content.decode()

    passed = auditor.post(f"/funds/{row.pk}/review/", {"do": "pass"})

    assert passed.status_code == 302
    told = member.get(f"/funds/{row.pk}/").content.decode()
    for words in ("1,200.30", "799.70", "多办了两场活动", "钱会计", "职工活动支出", "我要提问"):
        assert words in told
    assert member.get(paper)["Content-Type"] == "application/pdf"
    assert "2025年度" in member.get("/funds/").content.decode()
    for path in (f"/funds/{row.pk}/", paper):
        assert signed_in(there.stranger).get(path).status_code == 404
    assert "还没有公开" in signed_in(there.stranger).get("/funds/").content.decode()


def test_what_does_not_add_up_is_said_on_the_page(there: Funds) -> None:
    chair = signed_in(there.place.chair)
    wrote(chair, there, closing_yuan="1200.00")
    row = FundsReport.objects.get()

    answer = chair.post(f"/desk/dues/reports/{row.pk}/submit/")

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (422, "draft")
    assert "相差 -0.30 元" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"opening_yuan": ""}, {"closing_yuan": "很多"}, {"income_0_actual": "-1"}, {"spending_0_actual": "1.005"},
        {"opening_yuan": "NaN"}, {"closing_yuan": "1e30"}, {"year": "2026"}, {"year": "0"}, {"union": "9999999"}, {"half": "7"},
        {"union": "\x00"}, {"year": "9" * 40},
    ],
)  # fmt: skip
def test_wrong_figures_are_refused_beside_their_field(there: Funds, wrong: dict[str, str]) -> None:
    answer = wrote(signed_in(there.place.chair), there, **wrong)

    assert (answer.status_code, FundsReport.objects.count()) == (422, 0)


def test_a_draft_is_changed_and_a_stale_page_is_refused(there: Funds) -> None:
    chair = signed_in(there.place.chair)
    row = there.drafted()
    page = f"/desk/dues/reports/{row.pk}/edit/"
    assert 'value="799.70"' in chair.get(page).content.decode()

    first = chair.post(page, FIGURES | {"edits": "1", "spending_0_actual": "1"})
    second = chair.post(page, FIGURES | {"edits": "1", "spending_0_actual": "2"})

    row.refresh_from_db()
    assert (first.status_code, second.status_code, str(row.spending_yuan)) == (302, 422, "1.00")


def test_a_correction_shows_what_changed(there: Funds) -> None:
    chair = signed_in(there.place.chair)
    old = there.published()
    begun = chair.post(f"/desk/dues/reports/{old.pk}/correct/", {"reason": "漏记一笔慰问"})
    new = FundsReport.objects.get(version=2)
    assert begun["Location"] == f"/desk/dues/reports/{new.pk}/edit/"
    changed = FIGURES | {"edits": "1", "spending_0_actual": "809.70", "closing_yuan": "1190.30"}
    chair.post(f"/desk/dues/reports/{new.pk}/edit/", changed)
    reports.submit(actor=there.chair, report_id=new.pk, at=AT)
    reports.pass_it(actor=accounts.actor(there.auditor), report_id=new.pk, at=AT)
    member = signed_in(there.member)

    now, before = (member.get(f"/funds/{one.pk}/").content.decode() for one in (new, old))

    assert "漏记一笔慰问" in now
    assert "809.70" in now
    assert "799.70" in now
    assert f"/funds/{old.pk}/" in now
    assert f"/funds/{new.pk}/" in before


def test_lists_narrow_export_and_open_their_records(there: Funds) -> None:
    there.published()
    cadre = signed_in(there.place.cadre)
    seat(there.union, "孙会计")

    page = cadre.get("/desk/dues/reports/?year=2025").content.decode()
    missing = cadre.get("/desk/dues/reports/missing/").content.decode()
    assert "全部</option>" not in missing

    assert "恒达物流工会" in page
    assert "/desk/dues/reports/missing/?year=2025" in page
    assert "别家工会" in missing
    assert "恒达物流工会" not in missing
    assert "2026-03-31" in missing
    exported = cadre.get("/desk/dues/reports/?export=csv&state=published")
    assert "恒达物流工会" in b"".join(exported.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    assert "别家工会" in cadre.get("/desk/dues/reports/missing/?year=2024&print=1").content.decode()
    assert cadre.get("/desk/dues/reports/?year=1812").status_code == 422
    nothing = signed_in(there.place.stranger).get("/desk/dues/reports/").content.decode()
    assert "恒达物流工会" not in nothing
    assert "2025年度" in cadre.get(f"/desk/unions/{there.union.pk}/").content.decode()


def test_who_only_looks_reads_the_lists_and_opens_what_she_may(there: Funds) -> None:
    other = TradeUnion.objects.get(name="别家工会")
    looks = signed_in(accounts.make_user("督查", "inspector", union=there.place.county))
    writes = signed_in(accounts.make_user("管", "admin", union=there.place.county))
    missing = "/desk/dues/reports/missing/?year=2025"

    opened = f"/desk/unions/{other.pk}/"
    assert f'href="{opened}"' in looks.get(missing).content.decode()
    assert looks.get(opened).status_code == 200
    assert 'href="/desk/dues/reports/"' in looks.get(opened).content.decode()
    drafted = f"/desk/dues/reports/new/?union={other.pk}&amp;year=2025"
    assert drafted in writes.get(missing).content.decode()
    assert drafted not in looks.get(missing).content.decode()


def ask(who: User, words: str, **context: str) -> CaseFile:
    """A question sent from the page of a report."""
    her = accounts.actor(who)
    draft = casework.start_draft(
        service_key="funds_question", actor=her, at=AT, client_id=uuid4(), context=context
    )
    casework.save_draft(case_id=draft.pk, raw={"question": words}, actor=her, at=AT)
    return casework.submit(case_id=draft.pk, actor=her, at=AT)


def test_a_question_is_answered_beside_the_report_without_a_name(there: Funds) -> None:
    row = there.published()
    there.published(Span(2026, FundsHalf.FIRST), money(opening="1200.30", closing="1400.60"))
    cases.published(FUNDS_QUESTION)
    assert "2025年度" in signed_in(there.member).get(
        f"/services/funds_question/?report={row.pk}"
    ).content.decode()  # fmt: skip
    case = ask(there.member, "我是阿丽，慰问为什么超了？", report=str(row.pk))
    on = casework.ActOn(case.pk, case.version, there.chair, AT)

    casework.approve(on=on, values={"asked": "慰问为什么超预算？", "answer": "台风后慰问了三十户。"})

    made = FundsAnswer.objects.get()
    assert (case.path, made.year, made.question) == (there.union.path, 2025, "慰问为什么超预算？")
    told = signed_in(there.auditor).get(f"/funds/{row.pk}/").content.decode()
    assert "台风后慰问了三十户。" in told
    assert "阿丽" not in told


def test_who_was_told_nothing_asks_nothing(there: Funds) -> None:
    cases.published(FUNDS_QUESTION)
    there.published()

    with pytest.raises(casework.AnswersRefused):
        ask(there.stranger, "钱去哪了？", report=str(FundsReport.objects.get().pk))


def api(user: User, method: str, path: str = "", body: Any = None) -> Any:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client.generic(
        method, f"{API}{path}", "" if body is None else json.dumps(body), content_type="application/json"
    )


def test_the_api_says_and_does_the_same(there: Funds) -> None:
    chair, auditor, member, stranger = there.place.chair, there.auditor, there.member, there.stranger
    lines = [
        {"side": "income", "kind": "会费收入", "actual_yuan": "1000.00"},
        {"side": "spending", "kind": "职工活动支出", "budget_yuan": "700", "actual_yuan": "799.70"},
    ]
    body = {
        "union_id": there.union.pk,
        "year": 2025,
        "opening_yuan": "1000",
        "closing_yuan": "1200",
        "lines": lines,
    }
    made = api(chair, "POST", body=body)
    one = made.json()["id"]
    assert (made.status_code, made.json()["difference_yuan"], made.json()["income_yuan"]) == (
        201,
        "-0.30",
        "1000.00",
    )
    assert api(chair, "POST", body=body).status_code == 409
    refused = api(chair, "POST", f"/{one}/submit")
    assert (refused.status_code, refused.json()["code"]) == (422, "does_not_add_up")
    changed = api(chair, "PUT", f"/{one}", body | {"closing_yuan": "1200.30", "edits": 1})
    assert (changed.status_code, changed.json()["difference_yuan"]) == (200, "0.00")
    assert api(chair, "POST", f"/{one}/submit").json()["state"] == "review"
    assert api(member, "GET", f"/{one}").status_code == 404
    assert api(member, "POST", f"/{one}/pass").status_code == 404
    assert api(auditor, "POST", f"/{one}/pass").json()["state"] == "published"
    assert api(member, "GET", f"/{one}").json()["lines"][1]["actual_yuan"] == "799.70"
    assert [row["id"] for row in api(member, "GET").json()["items"]] == [one]
    assert api(stranger, "GET").json()["items"] == []
    assert api(member, "GET", f"/{one}.pdf")["Content-Type"] == "application/pdf"
    missing = api(there.place.cadre, "GET", "/missing?year=2025").json()
    assert [(row["name"], row["due_on"]) for row in missing["items"]] == [("别家工会", "2026-03-31")]
    again = api(chair, "POST", f"/{one}/correct", {"reason": "错了"}).json()
    assert (again["version"], again["state"]) == (2, "draft")
    assert api(stranger, "DELETE", f"/{again['id']}").status_code == 404
    assert api(chair, "DELETE", f"/{again['id']}").status_code == 204
    assert FundsReport.objects.count() == 1


def test_a_page_of_a_report_asks_as_much_for_many_lines_as_for_few(
    there: Funds, django_assert_max_num_queries: Any
) -> None:
    row = there.published()
    client = signed_in(there.member)
    client.get(f"/funds/{row.pk}/")

    with django_assert_max_num_queries(25):
        client.get(f"/funds/{row.pk}/")
    assert money().spending == row.spending_yuan
