"""Jobs survive a killed worker, stop when asked, retry and keep the reason."""

from datetime import timedelta

import pytest

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.jobs import flows, runner
from smartunion.core.jobs.context import LEASE, JobContext
from smartunion.core.jobs.models import Job, JobState
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


def test_a_refusal_fails_without_retry_and_says_why(kind) -> None:
    def handler(context: JobContext) -> None:
        raise InvalidInput("第 3 行没有姓名。", remedy="补上姓名再导入。")

    kind(handler)
    job = enqueue()
    runner.drain()
    job.refresh_from_db()

    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "第 3 行没有姓名。 补上姓名再导入。", 1)


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
