"""What-ifs: asked within reach, counted in the background, kept, cancelled; comparisons of two days."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from smartunion.core.jobs import flows as jobs
from smartunion.core.jobs.models import Job, JobState
from smartunion.core.jobs.runner import drain
from smartunion.ground.policies import whatif
from smartunion.ground.policies.models import Counting
from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.whatif import Line, Progress, Sample, WhatIf, WhatIfResult

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/policies/what-if/test.silence/"
ASKED = {"where": "*", "since": "2025-01-01", "last": "2025-12-31", "value_0": "20", "value_1": ""}


def _run(
    *, path: str, since: date, until: date, overrides: Mapping[str, Any], progress: Progress
) -> WhatIfResult:
    progress(1, 1)
    assert (path, since, until) == ("", date(2025, 1, 1), date(2026, 1, 1))
    days = overrides["test.silence_days"]
    return WhatIfResult(
        9, 3, (Line("金额", Decimal("100.50"), Decimal("80.00") + days, "元"),), (Sample("2025年3月", "是", "否"),)
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _question() -> Iterator[None]:
    term = Parameter("test.extra", "额外", "yuan", Decimal(5), "章程")
    whatif.register(
        WhatIf("test.silence", "沉默期限", _run, parameters=("test.silence_days",), terms=(term,))
    )
    yield
    whatif.WHATIFS.pop("test.silence")


@pytest.fixture
def operator(make_user: Any, signed_in: Any) -> Client:
    return signed_in(make_user("chen", "operator"))  # type: ignore[no-any-return]


def test_a_question_is_counted_once_and_kept_with_its_sums(operator: Client) -> None:
    answer = operator.post(ADDRESS, ASKED)
    row = Counting.objects.get()
    assert answer.headers["Location"] == f"/desk/policies/what-if/results/{row.pk}/"
    assert (row.given, row.held) == ({"test.silence_days": 20}, {"test.silence_days": 15})

    drain()
    Job.objects.filter(pk=row.job_id).update(state=JobState.WAITING)
    drain()

    row.refresh_from_db()
    assert (row.counted, row.changed) == (9, 3)
    assert row.lines == [["金额", "100.50", "100.00", "元"]]
    page = operator.get(f"/desk/policies/what-if/results/{row.pk}/").content.decode()
    assert "100.50" in page
    assert "−0.50" in page
    assert "15 天 → <strong>20 天</strong>" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"value_0": "91"}, {"value_0": ""}, {"value_0": "多"}, {"value_1": "0.001"}, {"last": "2024-12-31"},
        {"since": "1025-01-01"}, {"since": "2001-01-01"}, {"last": "9999-12-31"}, {"where": "9/"},
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_is_refused_and_keeps_nothing(
    operator: Client, wrong: dict[str, str]
) -> None:
    assert operator.post(ADDRESS, ASKED | wrong).status_code == 422

    assert not Counting.objects.exists()
    assert not Job.objects.filter(kind="policies.count").exists()


def test_a_cancelled_question_keeps_no_numbers(operator: Client, make_user: Any) -> None:
    operator.post(ADDRESS, ASKED)
    row = Counting.objects.get()

    assert operator.post(f"/desk/jobs/{row.job_id}/cancel/").status_code == 302
    drain()

    row.refresh_from_db()
    assert (row.finished_at, row.counted) == (None, None)
    assert "请重新测算" in operator.get(f"/desk/policies/what-if/results/{row.pk}/").content.decode()
    assert jobs.KINDS["policies.count"]


def test_whoever_may_not_ask_neither_asks_nor_reads(operator: Client, make_user: Any, signed_in: Any) -> None:
    operator.post(ADDRESS, ASKED)
    row = Counting.objects.get()
    leader = signed_in(make_user("leader", "leader"))

    assert leader.get("/desk/policies/what-if/").status_code == 403
    assert leader.post(ADDRESS, ASKED).status_code == 403
    assert leader.get(f"/desk/policies/what-if/results/{row.pk}/").status_code == 404
    assert Counting.objects.count() == 1


def test_a_key_is_registered_once_and_sets_something() -> None:
    with pytest.raises(ValueError, match="twice"):
        whatif.register(whatif.WHATIFS["test.silence"])
    with pytest.raises(ValueError, match="nothing"):
        whatif.register(WhatIf("test.empty", "空", _run))
    assert "test.empty" not in whatif.WHATIFS


def test_two_days_side_by_side_show_what_differs_and_go_into_a_file(operator: Client) -> None:
    operator.post(
        "/desk/policies/test.silence_days/enter/",
        {
            "place": "*",
            "value": "20",
            "valid_from": "2026-05-01",
            "valid_to": "",
            "source": "市总办〔2026〕4号",
        },
    )
    asked = {"left": "*", "left_on": "2026-04-30", "right": "*", "right_on": "2026-05-01"}

    page = operator.get("/desk/policies/compare/", asked).content.decode()
    assert "其中 1 条不同" in page
    assert page.count('class="pair is-other"') == 1
    whole = operator.get("/desk/policies/compare/", asked | {"whole": "on"}).content.decode()
    assert whole.count('class="pair') > 20

    lines = b"".join(
        operator.get("/desk/policies/compare/", asked | {"export": "csv"}).streaming_content  # type: ignore[arg-type]
    ).decode("utf-8-sig").splitlines()  # fmt: skip
    assert len(lines) == 2
    assert "test.silence_days,15 天,,章程,20 天,2026-05-01,市总办〔2026〕4号,是" in lines[1]
    sheet = b"".join(operator.get("/desk/policies/compare/", asked | {"export": "xlsx"}).streaming_content)  # type: ignore[arg-type]
    assert sheet[:2] == b"PK"
    assert operator.get("/desk/policies/compare/", asked | {"left_on": "昨天"}).status_code == 422


def test_the_page_says_why_each_entry_won_or_was_beaten(operator: Client) -> None:
    enter = "/desk/policies/test.silence_days/enter/"
    for value, day in (("20", "2026-05-01"), ("25", "2026-06-01"), ("30", "2027-01-01")):
        operator.post(
            enter,
            {"place": "*", "value": value, "valid_from": day, "valid_to": "", "source": "市总办〔2026〕4号"},
        )

    page = operator.get(
        "/desk/policies/test.silence_days/", {"place": "*", "on": "2026-07-01"}
    ).content.decode()

    assert "同一工会自 2026-06-01 起有了新规定" in page
    assert "没有离本工会更近或施行更晚的" in page
    assert "自 2027-01-01 起才施行" in page
    assert "?place=%2A&amp;on=2026-07-01" in page
