"""免申即享: what hospitals or the medical scheme settled is worked out, granted and owed without an application."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import DomainError, StaleState
from smartunion.core.files import intake
from smartunion.core.jobs.context import Cancelled
from smartunion.core.jobs.flows import enqueue
from smartunion.core.listing.columns import Cell
from smartunion.core.listing.files import csv_bytes
from smartunion.core.reading import get_visible
from smartunion.core.tables.problems import Refused
from smartunion.engines.casework import service as casework
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.mutual.flows import claims
from smartunion.systems.mutual.flows.settlement_rows import ROWS, Known, Ready, rows_of, understood
from smartunion.systems.mutual.models import Claim, Settlement, SettlementState

HANDLE = "aid.handle"
JOB = "mutual.settlement"
SERVICE = "mutual_aid_claim"
CHECK_JOB = "mutual.settlement_check"
MOST_BYTES = 100 * 1024 * 1024
#: So many rows are worked out while somebody waits for the preview; more by a job.
AT_ONCE = 1000
#: Rows between two reports of how far it is; rows that cannot be taken shown on the page.
EVERY, SHOWN = 100, 200


Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass
class Sum:
    """What the rows came to so far. shown: the first that cannot be taken."""

    ready: int = 0
    known: int = 0
    refused: int = 0
    yuan: Decimal = Decimal(0)
    shown: list[Refused] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many there were."""
        return self.ready + self.known + self.refused

    def refuse(self, one: Refused) -> None:
        """One more that cannot be taken."""
        self.refused += 1
        if len(self.shown) < SHOWN:
            self.shown.append(one)


@transaction.atomic
def read_file(*, actor: Actor, at: datetime, union_id: int, name: str, chunks: Iterable[bytes]) -> Settlement:
    """Keep a file and say what it would bring; nothing is granted yet. A long one is worked out by a job.

    Raises NotVisible, NotAllowed; InvalidInput naming file (too large, columns not found), TableRefused.
    """
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can(HANDLE, path=union.path)
    stored = intake.keep_stream(
        actor=actor, chunks=chunks, name=name[:120], media_type="application/octet-stream", purpose="settlement", at=at,
        limit_bytes=MOST_BYTES,
    )  # fmt: skip
    made = Settlement(
        union=union, path=union.path, file=stored, name=name[:120], user_id=actor.user_id, user_name=actor.name[:80],
        read_at=at,
    )  # fmt: skip
    with rows_of(stored, at) as rows:
        is_long = len(list(islice(rows, AT_ONCE + 1))) > AT_ONCE
    if is_long:
        made.state = SettlementState.CHECKING
        made.save()
        _enqueue(made, CHECK_JOB, actor, at)
    else:
        made.save()
        _look_through(made, actor, at, no_progress)
    audit.record(
        actor, "mutual.settlement_read", made, at=at, data={"rows": made.rows, "refused": made.refused}
    )
    return made


def check(*, actor: Actor, at: datetime, settlement_id: int, progress: Progress = no_progress) -> Settlement:
    """Work out what every row of a long file would bring; grants nothing; safe to run again. Raises NotVisible, Cancelled."""
    made = get_visible(Settlement.objects.visible_to(actor).select_related("file"), settlement_id)
    if made.state == SettlementState.CHECKING and made.file is not None:
        _look_through(made, actor, at, progress)
    return made


@transaction.atomic
def begin(*, actor: Actor, at: datetime, settlement_id: int) -> Settlement:
    """Have the rows taken in by a job, or what was stopped half way gone on with.

    Raises NotVisible, NotAllowed; StaleState when it was begun before.
    """
    made = get_visible(Settlement.objects.visible_to(actor), settlement_id)
    actor.check_can(HANDLE, path=made.path)
    is_unread = made.state == SettlementState.UNREAD
    moved, job = (SettlementState.CHECKING, CHECK_JOB) if is_unread else (SettlementState.RUNNING, JOB)
    startable = [SettlementState.UNREAD] if is_unread else [SettlementState.READ, SettlementState.STOPPED]
    same = Settlement.objects.filter(pk=made.pk, state__in=startable, user_id=actor.user_id)
    if same.update(state=moved, begun_at=made.begun_at or at) != 1:
        raise StaleState(
            _("This file was begun already, or somebody else read it."),
            remedy=_("Whoever read it takes it in."),
        )
    made.refresh_from_db()
    _enqueue(made, job, actor, at)
    return made


def take_in(
    *, actor: Actor, at: datetime, settlement_id: int, progress: Progress = no_progress
) -> Settlement:
    """Grant what every row brings, each in a transaction of its own; safe to run again.

    Raises NotVisible, NotAllowed; Cancelled after keeping what was granted until then.
    """
    made = get_visible(Settlement.objects.visible_to(actor).select_related("file"), settlement_id)
    if made.state != SettlementState.RUNNING or made.file is None:
        return made
    total, summed, stopped = made.rows, Sum(), False
    with (
        intake.keeping(actor=actor, name=_result_name(made), media_type="text/csv", purpose="settlement", at=at) as (result, out),
        rows_of(made.file, at) as rows,
    ):  # fmt: skip
        outcomes = _granted(understood(made.path, rows, at), made, summed, actor, at)
        lines, flag = _until_cancelled(outcomes, lambda: progress(summed.rows, total))
        for chunk in csv_bytes(_heads(), lines):
            out.write(chunk)
        stopped = bool(flag)
    with transaction.atomic():
        _note(made, summed)
        made.result = result
        made.state = SettlementState.STOPPED if stopped else SettlementState.DONE
        made.done_at = at
        made.save()
        audit.record(
            actor, "mutual.settlement_taken_in", made, at=at,
            data={"granted": made.ready, "refused": made.refused, "stopped": stopped},
        )  # fmt: skip
    if stopped:
        raise Cancelled
    return made


def _enqueue(made: Settlement, kind: str, actor: Actor, at: datetime) -> None:
    job = enqueue(actor=actor, kind=kind, title=made.name, payload={"settlement": made.pk}, at=at)
    Settlement.objects.filter(pk=made.pk).update(job_id=job.pk)
    made.job_id = job.pk


def _look_through(made: Settlement, actor: Actor, at: datetime, progress: Progress) -> None:
    """What every row would bring, with a file of those that cannot be taken."""
    assert made.file is not None
    summed, stopped = Sum(), False
    with (
        intake.keeping(actor=actor, name=_result_name(made), media_type="text/csv", purpose="settlement", at=at) as (result, out),
        rows_of(made.file, at) as rows,
    ):  # fmt: skip
        outcomes = _counted(understood(made.path, rows, at), summed)
        lines, flag = _until_cancelled(outcomes, lambda: progress(summed.rows, 0))
        for chunk in csv_bytes(_heads(), lines):
            out.write(chunk)
        stopped = bool(flag)
    _note(made, summed)
    made.result = result
    made.state = SettlementState.UNREAD if stopped else SettlementState.READ
    made.save()
    if stopped:
        raise Cancelled


def _until_cancelled(
    lines: Iterator[list[Cell]], tick: Callable[[], None]
) -> tuple[Iterator[list[Cell]], list[bool]]:
    """The lines until the owner asks to stop; the list then holds something."""
    stopped: list[bool] = []

    def going() -> Iterator[list[Cell]]:
        for number, line in enumerate(lines, start=1):
            yield line
            if number % EVERY == 0:
                try:
                    tick()
                except Cancelled:
                    stopped.append(True)
                    return

    return going(), stopped


def _result_name(made: Settlement) -> str:
    word = pgettext("mutual", "result")
    return f"{made.name.rpartition('.')[0] or made.name}-{word}.csv"


def _heads() -> list[str]:
    return [
        pgettext("mutual", "Row"), pgettext("mutual", "Number of the settlement"), pgettext("mutual", "Result"), _("Yuan"),
        pgettext("mutual", "Field"),
        pgettext("mutual", "Why"), pgettext("mutual", "What to do"),
    ]  # fmt: skip


def _line(one: Ready | Known | Refused, number: str, said: str, yuan: Decimal | None = None) -> list[Cell]:
    if isinstance(one, Refused):
        label = next((str(spec.label) for spec in ROWS.fields if spec.key == one.field), one.field)
        return [one.row, number, said, None, label, one.reason, one.remedy]
    return [one.row, number, said, yuan, "", "", ""]


def _counted(found: Iterable[tuple[Ready | Known | Refused, str]], summed: Sum) -> Iterator[list[Cell]]:
    """Each row counted, as a line of the result file."""
    for one, number in found:
        if isinstance(one, Ready):
            summed.ready, summed.yuan = summed.ready + 1, summed.yuan + one.yuan
            yield _line(one, number, pgettext("mutual", "Ready"), one.yuan)
        elif isinstance(one, Known):
            summed.known += 1
            yield _line(one, number, pgettext("mutual", "Taken in before"))
        else:
            summed.refuse(one)
            yield _line(one, number, pgettext("mutual", "Not taken"))


def _granted(
    found: Iterable[tuple[Ready | Known | Refused, str]],
    made: Settlement,
    summed: Sum,
    actor: Actor,
    at: datetime,
) -> Iterator[list[Cell]]:
    """Each row granted and counted, as a line of the result file."""
    for one, number in found:
        said: Ready | Known | Refused | Decimal = one
        if isinstance(one, Ready):
            try:
                _grant(actor, at, one)
                said = one.yuan
            except DomainError as refusal:
                said = Refused(one.row, refusal.field or "", refusal.message, refusal.remedy)
        elif isinstance(one, Known):
            earlier = _granted_earlier(one, made)
            said = one if earlier is None else earlier
        if isinstance(said, Decimal):
            summed.ready, summed.yuan = summed.ready + 1, summed.yuan + said
            yield _line(one, number, pgettext("mutual", "Granted"), said)
        elif isinstance(said, Refused):
            summed.refuse(said)
            yield _line(said, number, pgettext("mutual", "Not taken"))
        else:
            summed.known += 1
            yield _line(one, number, pgettext("mutual", "Taken in before"))


def _granted_earlier(one: Known, made: Settlement) -> Decimal | None:
    """What this very file had granted for a row before its job was stopped or killed; None when another one did."""
    claims_of = Claim.objects.filter(case__client_id=one.client_id, case__created_at__gte=made.begun_at)
    yuan: Decimal | None = claims_of.aggregate(yuan=models.Sum("total_yuan"))["yuan"]
    return yuan


@transaction.atomic
def _grant(actor: Actor, at: datetime, one: Ready) -> None:
    filing = casework.Filing(SERVICE, one.form, one.client_id, person=one.person, on_behalf=True)
    # Filed for her, not by the officer: whoever files a case does not decide it.
    hers = Actor(name=one.person.name, source="job")
    case, is_new = casework.file_case(filing=filing, actor=hers, at=at)
    if not is_new:
        return
    for claim in Claim.objects.filter(case=case):
        claims.assess(actor=actor, at=at, claim_id=claim.pk, seen=claim.version_seen, facts={})
    for _step in ("check", "decide"):
        case.refresh_from_db()
        casework.approve(on=casework.ActOn(case.pk, case.version, actor, at), values={})
    casework.note_granted(case=case, actor=actor, at=at)


def _note(made: Settlement, summed: Sum) -> None:
    made.ready, made.known, made.refused = summed.ready, summed.known, summed.refused
    made.rows, made.total_yuan = summed.rows, summed.yuan
    shown = sorted(summed.shown, key=lambda one: one.row)
    made.problems = json.dumps(
        [[one.row, one.field, one.reason, one.remedy] for one in shown], ensure_ascii=False
    )
