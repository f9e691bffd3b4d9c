"""Jobs survive a killed worker, stop when asked, retry and keep the reason."""

import time
from datetime import timedelta

import pytest

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.files.intake import stream
from smartunion.core.jobs import batches, flows, holding, runner
from smartunion.core.jobs.context import LEASE, JobContext
from smartunion.core.jobs.models import Job, JobLine, JobState
from smartunion.core.jobs.registry import KINDS, JobKind, register

pytestmark = pytest.mark.django_db
ALI = Actor(user_id=7, name="阿丽")


@pytest.fixture
def kind(request):
    def make(handler, **values):
        register(JobKind("test.kind", handler, **values))

    yield make
    KINDS.pop("test.kind", None)


def enqueue(**values) -> Job:
    return flows.enqueue(actor=ALI, kind="test.kind", title="t", payload={"n": 3}, at=clock.now(), **values)


def enqueue_ids(ids: list[int]) -> Job:
    return flows.enqueue(actor=ALI, kind="test.kind", title="t", payload={"ids": ids}, at=clock.now())


def test_a_job_runs_once_and_keeps_its_result(kind) -> None:
    seen = []

    def handler(context: JobContext) -> None:
        context.progress(1, 2, "half")
        seen.append(context.payload["n"])
        context.finish({"rows": 3})

    kind(handler)
    job = enqueue()

    assert runner.drain() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.percent, seen) == (JobState.DONE, {"rows": 3}, 50, [3])


def test_a_dead_workers_job_is_taken_again_after_its_lease(kind) -> None:
    kind(lambda context: context.finish({}))
    job = enqueue()
    at = clock.now()
    assert flows.claim_next(at=at).pk == job.pk

    assert flows.claim_next(at=at + LEASE - timedelta(seconds=1)) is None
    again = flows.claim_next(at=at + LEASE + timedelta(seconds=1))

    assert (again.pk, again.attempts) == (job.pk, 2)


def test_a_job_that_ends_its_worker_each_time_is_given_up_and_its_kind_is_told(kind) -> None:
    told: list[str] = []
    kind(lambda context: None, ended=lambda job: told.append(job.state))
    job, at = enqueue(), clock.now()
    for attempt in range(flows.MOST_ATTEMPTS):
        assert flows.claim_next(at=at).attempts == attempt + 1
        at += LEASE + timedelta(seconds=1)

    assert flows.claim_next(at=at) is None
    job.refresh_from_db()
    assert (job.state, job.attempts, told) == (JobState.FAILED, flows.MOST_ATTEMPTS, ["failed"])
    assert job.error.startswith("执行期间程序已中断 10 次")


class _Killed(BaseException):
    """The power goes: nothing after it runs."""


def test_killed_work_on_many_records_goes_on_behind_the_last_and_its_file_tells_of_all(kind) -> None:
    done: list[int] = []

    def act(pk: int) -> list[str]:
        if pk == 3 and 3 not in done:
            done.append(3)
            raise _Killed
        if pk in done[:2] or pk == 5:
            raise InvalidInput("此前已办。", remedy="无需再办。")
        done.append(pk)
        return [f"第{pk}家"]

    kind(
        lambda context: batches.work_through(
            context, act, batches.Telling(["名称", "结果", "原因"], "结果", ALI)
        )
    )
    job = enqueue_ids([1, 2, 3, 4, 5])
    with pytest.raises(_Killed):
        runner.run_one()
    Job.objects.update(lease_until=clock.now() - LEASE)

    runner.run_one()

    job.refresh_from_db()
    assert (job.state, job.attempts, job.result["summary"]) == ("done", 2, [["已完成", 4], ["未通过", 1]])
    assert b"".join(stream(job.result_file)).decode("utf-8-sig").split() == [
        "名称,结果,原因", "第1家,已完成,", "第2家,已完成,", "第3家,已完成,", "第4家,已完成,", "5,未通过,此前已办。无需再办。",
    ]  # fmt: skip
    assert not JobLine.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_long_step_without_a_report_keeps_its_lease(kind, monkeypatch) -> None:
    monkeypatch.setattr(holding, "BEAT", timedelta(milliseconds=20))
    kind(lambda context: lapsed.append(_renewed(context.job)))
    lapsed: list[bool] = []
    job = enqueue()

    runner.drain()

    job.refresh_from_db()
    assert (lapsed, job.state, job.attempts) == ([True], JobState.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_a_lease_is_not_renewed_for_a_job_somebody_else_has(kind, monkeypatch) -> None:
    monkeypatch.setattr(holding, "BEAT", timedelta(milliseconds=20))
    kind(lambda context: None)
    enqueue()
    held_job = flows.claim_next(at=clock.now())
    passed = clock.now() - LEASE
    Job.objects.filter(pk=held_job.pk).update(attempts=2, lease_until=passed)

    with holding.held(held_job):
        time.sleep(0.2)

    assert Job.objects.get(pk=held_job.pk).lease_until == passed


def _renewed(job: Job) -> bool:
    """Let the lease lapse and wait until it is renewed."""
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - LEASE)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if Job.objects.get(pk=job.pk).lease_until > clock.now():
            return True
        time.sleep(0.02)
    return False


def test_a_refusal_fails_without_retry_and_says_why(kind) -> None:
    def handler(context: JobContext) -> None:
        raise InvalidInput("第 3 行没有姓名。", remedy="补上姓名再导入。")

    kind(handler)
    job = enqueue()
    runner.drain()
    job.refresh_from_db()

    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "第 3 行没有姓名。补上姓名再导入。", 1)


@pytest.mark.filterwarnings("ignore")
def test_an_error_is_tried_again_later(kind) -> None:
    def handler(context: JobContext) -> None:
        raise OSError("disk")

    kind(handler, retries=1)
    job = enqueue()
    runner.drain()
    job.refresh_from_db()
    assert (job.state, job.run_after > clock.now()) == (JobState.WAITING, True)

    Job.objects.update(run_after=clock.now())
    runner.drain()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 2)


def test_cancel_stops_a_waiting_job_and_a_running_one(kind) -> None:
    def handler(context: JobContext) -> None:
        flows.cancel(actor=ALI, job_id=context.job.pk, at=clock.now())
        context.progress(1, 9)
        raise AssertionError("went on")

    kind(handler)
    waiting, running = enqueue(delay=timedelta(hours=1)), enqueue()
    assert flows.cancel(actor=ALI, job_id=waiting.pk, at=clock.now())
    runner.drain()
    waiting.refresh_from_db()
    running.refresh_from_db()

    assert waiting.state == running.state == JobState.CANCELLED


def test_a_kind_is_told_of_jobs_stopped_or_given_up_and_of_no_others(kind, monkeypatch) -> None:
    told: list[tuple[int, str]] = []

    def handler(context: JobContext) -> None:
        if context.job.title == "stop":
            flows.cancel(actor=ALI, job_id=context.job.pk, at=clock.now())
            context.progress(1, 9)
        if context.job.title == "fail":
            raise RuntimeError

    kind(handler, retries=1, ended=lambda job: told.append((job.pk, job.state)))
    jobs = {
        title: flows.enqueue(actor=ALI, kind="test.kind", title=title, payload={}, at=clock.now())
        for title in ("whole", "stop", "fail")
    }
    waiting = enqueue(delay=timedelta(days=1))
    runner.drain()
    before_its_last_attempt = list(told)
    at = clock.now() + timedelta(hours=1)
    monkeypatch.setattr("smartunion.core.clock.now", lambda: at)
    runner.drain()
    flows.cancel(actor=ALI, job_id=waiting.pk, at=at)

    assert before_its_last_attempt == [(jobs["stop"].pk, "cancelled")]
    assert told[1:] == [(jobs["fail"].pk, "failed"), (waiting.pk, "cancelled")]


def test_work_that_carries_out_a_decision_is_not_stopped(kind) -> None:
    kind(lambda context: None, may_stop=False)
    job = enqueue(delay=timedelta(hours=1))

    with pytest.raises(flows.NotToBeStopped) as refused:
        flows.cancel(actor=ALI, job_id=job.pk, at=clock.now())

    job.refresh_from_db()
    assert (job.state, refused.value.status, bool(refused.value.remedy)) == (JobState.WAITING, 409, True)


def test_a_stranger_cannot_cancel(kind) -> None:
    kind(lambda context: None)
    job = enqueue()

    assert not flows.cancel(actor=Actor(user_id=8), job_id=job.pk, at=clock.now())
    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == (JobState.WAITING, False)


def test_jobs_with_one_key_run_one_after_another(kind) -> None:
    kind(lambda context: None)
    enqueue(queue_key="county")
    enqueue(queue_key="county")
    at = clock.now()

    assert flows.claim_next(at=at) is not None
    assert flows.claim_next(at=at) is None


def test_finished_periodic_runs_are_kept_for_a_day(kind) -> None:
    kind(lambda context: None, every=timedelta(minutes=1))
    runner.keep_periodic()
    runner.drain()
    mine = Job.objects.filter(kind="test.kind")
    mine.update(finished_at=clock.now() - timedelta(days=2))
    failed = Job.objects.create(
        kind="test.kind", state=JobState.FAILED, title="t", created_at=clock.now(), run_after=clock.now(),
        finished_at=clock.now() - timedelta(days=2),
    )  # fmt: skip

    runner.keep_periodic()

    assert set(mine.values_list("state", flat=True)) == {JobState.FAILED, JobState.WAITING}
    assert mine.filter(pk=failed.pk).exists()
