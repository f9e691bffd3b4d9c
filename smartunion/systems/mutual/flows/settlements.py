"""免申即享: what hospitals or the medical scheme settled is worked out, granted and owed without an application."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, InvalidInput, StaleState
from smartunion.core.files import intake
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.core.tables.parsers import Context, integer, past_day, person_name, resident_id, text
from smartunion.core.tables.problems import Refused
from smartunion.core.tables.reading import read_table
from smartunion.core.tables.vocabulary import FieldSpec, Kind, Vocabulary
from smartunion.core.tables.workbook import open_workbook
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.payments import service as payments
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.mutual.flows import claims
from smartunion.systems.mutual.models import Claim, Settlement, SettlementState
from smartunion.systems.mutual.queries.claims import dump_result, shown_reasons
from smartunion.systems.mutual.rules.terms import What

HANDLE = "aid.handle"
JOB = "mutual.settlement"
SERVICE = "mutual_aid_claim"
#: So many are worked out while somebody waits for the preview.
MOST_BYTES, MOST_ROWS = 20 * 1024 * 1024, 1000
ROWS = Kind(
    "mutual_settlement",
    pgettext_lazy("mutual", "Settlements"),
    (
        FieldSpec("number", pgettext_lazy("mutual", "Number of the settlement"),
                  ("结算编号", "结算单号", "结算号", "结算流水号"), text(60)),
        FieldSpec("resident_id", pgettext_lazy("mutual", "ID number"),
                  ("身份证号", "证件号码", "身份证号码", "公民身份号码"), resident_id),
        FieldSpec("name", pgettext_lazy("mutual", "Name"), ("姓名", "参保人姓名"), person_name),
        FieldSpec("admitted_on", pgettext_lazy("mutual", "Admitted on"), ("入院日期", "住院日期"), past_day),
        FieldSpec("days", pgettext_lazy("mutual", "Days in hospital"), ("住院天数", "天数"), integer(0, 3660)),
        FieldSpec("cost", pgettext_lazy("mutual", "Whole cost"), ("医疗费总额", "费用总额", "总费用", "医疗总费用"), text(40)),
        FieldSpec("scheme", pgettext_lazy("mutual", "Paid by the scheme"),
                  ("医保支付", "统筹支付", "医保报销", "基金支付"), text(40)),
        FieldSpec("other", pgettext_lazy("mutual", "Paid by others"), ("其他支付", "商保支付", "其他渠道支付"), text(40)),
        FieldSpec("account", pgettext_lazy("mutual", "Account"), ("银行卡号", "收款账号", "社保卡银行账号", "银行账号"), text(60)),
        FieldSpec("bank", pgettext_lazy("mutual", "Bank"), ("开户行", "开户银行"), text(60)),
    ),
    signatures=(frozenset({"number", "resident_id", "admitted_on", "cost"}),),
)  # fmt: skip
_WORDS = Vocabulary()
_WORDS.register(ROWS)
_NEEDED = ("number", "resident_id", "admitted_on", "cost", "scheme")


@dataclass(frozen=True)
class Ready:
    """A row that brings something."""

    row: int
    person: Person
    client_id: UUID
    form: dict[str, object]
    yuan: Decimal


@dataclass
class Read:
    """A file as understood."""

    ready: list[Ready] = field(default_factory=list)
    known: int = 0
    refused: list[Refused] = field(default_factory=list)


@transaction.atomic
def read_file(*, actor: Actor, at: datetime, union_id: int, name: str, content: bytes) -> Settlement:
    """Keep a file and say what it would bring; nothing is granted yet.

    Raises NotVisible, NotAllowed; InvalidInput naming file (too large, columns not found), TableRefused.
    """
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can(HANDLE, path=union.path)
    if len(content) > MOST_BYTES:
        raise InvalidInput(_("The file is larger than 20 MB. Split it."), field="file")
    stored = intake.keep_bytes(
        actor=actor, content=content, name=name[:120], media_type="application/octet-stream", purpose="settlement", at=at
    )  # fmt: skip
    made = Settlement(
        union=union, path=union.path, file=stored, name=name[:120], user_id=actor.user_id, user_name=actor.name[:80],
        read_at=at,
    )  # fmt: skip
    _note(made, _understand(actor, content, name, union.path, at))
    made.save()
    audit.record(
        actor, "mutual.settlement_read", made, at=at, data={"rows": made.rows, "refused": made.refused}
    )
    return made


@transaction.atomic
def begin(*, actor: Actor, at: datetime, settlement_id: int) -> Settlement:
    """Have the rows taken in by a job. Raises NotVisible, NotAllowed; StaleState when it was begun before."""
    made = get_visible(Settlement.objects.visible_to(actor), settlement_id)
    actor.check_can(HANDLE, path=made.path)
    same = Settlement.objects.filter(pk=made.pk, state=SettlementState.READ, user_id=actor.user_id)
    if same.update(state=SettlementState.RUNNING) != 1:
        raise StaleState(
            _("This file was begun already, or somebody else read it."),
            remedy=_("Whoever read it takes it in."),
        )
    job = enqueue(actor=actor, kind=JOB, title=made.name, payload={"settlement": made.pk}, at=at)
    Settlement.objects.filter(pk=made.pk).update(job_id=job.pk)
    made.refresh_from_db()
    return made


def take_in(*, actor: Actor, at: datetime, settlement_id: int) -> Settlement:
    """Grant what every row brings, each in a transaction of its own; safe to run again. Raises NotVisible, NotAllowed."""
    made = get_visible(Settlement.objects.visible_to(actor).select_related("file"), settlement_id)
    if made.state != SettlementState.RUNNING or made.file is None:
        return made
    with intake.open_file(made.file) as opened:
        content = opened.read()
    read = _understand(actor, content, made.name, made.path, at)
    granted = Read(known=read.known, refused=list(read.refused))
    for one in read.ready:
        try:
            granted.ready.append(_grant(actor, at, made, one))
        except DomainError as refusal:
            granted.refused.append(Refused(one.row, refusal.field or "", refusal.message, refusal.remedy))
    with transaction.atomic():
        _note(made, granted)
        made.state, made.done_at = SettlementState.DONE, at
        made.save()
        audit.record(
            actor,
            "mutual.settlement_taken_in",
            made,
            at=at,
            data={"granted": made.ready, "refused": made.refused},
        )
    return made


@transaction.atomic
def _grant(actor: Actor, at: datetime, made: Settlement, one: Ready) -> Ready:
    filing = casework.Filing(SERVICE, one.form, one.client_id, person=one.person, on_behalf=True)
    # Filed for her, not by the officer: whoever files a case does not decide it.
    hers = Actor(name=one.person.name, source="job")
    case, is_new = casework.file_case(filing=filing, actor=hers, at=at)
    if not is_new:
        return one
    for claim in Claim.objects.filter(case=case):
        claims.assess(actor=actor, at=at, claim_id=claim.pk, seen=claim.version_seen, facts={})
    for _step in ("check", "decide"):
        case.refresh_from_db()
        casework.approve(on=casework.ActOn(case.pk, case.version, actor, at), values={})
    return one


def _note(made: Settlement, read: Read) -> None:
    made.ready, made.known, made.refused = len(read.ready), read.known, len(read.refused)
    made.rows = made.ready + made.known + made.refused
    made.total_yuan = sum((one.yuan for one in read.ready), Decimal(0))
    shown = sorted(read.refused, key=lambda one: one.row)
    made.problems = json.dumps(
        [[one.row, one.field, one.reason, one.remedy] for one in shown], ensure_ascii=False
    )


def _understand(actor: Actor, content: bytes, name: str, path: str, at: datetime) -> Read:
    read, seen = Read(), set[UUID]()
    for row, said, problem in _rows(content, name, at):
        if problem is not None:
            read.refused.append(problem)
            continue
        client_id = uuid5(NAMESPACE_URL, f"smartunion:settlement:{said['number']}:{said['resident_id']}")
        if client_id in seen:
            read.refused.append(_refused(row, "number", _("This settlement stands in the file twice.")))
        elif CaseFile.objects.filter(client_id=client_id).exists():
            read.known += 1
        else:
            found = _ready(actor, row, said, client_id, path, local_date(at))
            if isinstance(found, Ready):
                read.ready.append(found)
            else:
                read.refused.append(found)
        seen.add(client_id)
    return read


def _ready(
    actor: Actor, row: int, said: dict[str, object], client_id: UUID, path: str, on: date
) -> Ready | Refused:
    person = (
        Person.objects.filter(
            resident_id_index__of=str(said["resident_id"]), memberships__union_path__startswith=path, memberships__ended_on=None
        ).distinct().first()
    )  # fmt: skip
    if person is None:
        return _refused(
            row,
            "resident_id",
            _("No member of your unions has this ID number."),
            _("She may claim herself, with her bills."),
        )
    if said.get("name") and said["name"] != person.name:
        return _refused(
            row, "name", _("The name does not fit this ID number."), _("Compare both with the register.")
        )
    form = _form(person, said)
    if isinstance(form, str):
        return _refused(row, form, _("This is no amount in yuan."), _("Write it like 1234.50."))
    if not payments.is_account(str(form["account"])):
        return _refused(
            row,
            "account",
            _("No account of hers is known."),
            _("Add a column with the card number, or let her claim herself."),
        )
    found = claims.fits(person.pk, form, on)
    total = sum((one.found.total_yuan for one in found if not one.is_claimed), Decimal(0))
    if not found:
        return _refused(row, "admitted_on", _("No plan of mutual aid covered her."))
    if total == 0:
        reasons = [words for one in found for words in shown_reasons(json.loads(dump_result(one.found)))]
        return _refused(row, "admitted_on", "；".join(dict.fromkeys(reasons)) or _("Nothing is left to pay."))
    return Ready(row, person, client_id, form, total)


def _form(person: Person, said: dict[str, object]) -> dict[str, object] | str:
    """Answers as she would have given them; the name of the field that is no amount."""
    money: dict[str, str] = {}
    for key in ("cost", "scheme", "other"):
        amount = payments.amount_of(str(said.get(key) or "0"))
        if amount is None or amount < 0:
            return key
        money[key] = str(amount)
    account, bank = str(said.get("account") or ""), str(said.get("bank") or "")
    if not account:
        account, bank = payments.last_account(person.pk)
    day = said["admitted_on"]
    return {
        "what": What.HOSPITAL.value, "admitted_on": day.isoformat() if isinstance(day, date) else str(day),
        "hospital_days": str(said.get("days") or 0), **money, "payee": person.name, "relation": "self", "bank": bank,
        "account": account,
    }  # fmt: skip


def _refused(row: int, name: str, reason: str, remedy: str = "") -> Refused:
    return Refused(row, name, reason, remedy)


def _written(kept: "IO[bytes]", content: bytes) -> Path:
    kept.write(content)
    kept.flush()
    return Path(kept.name)


def _rows(content: bytes, name: str, at: datetime) -> Iterator[tuple[int, dict[str, object], Refused | None]]:
    """Row number, values by field, and what makes the row unusable."""
    with (
        NamedTemporaryFile(suffix=Path(name).suffix[:8]) as kept,
        open_workbook(_written(kept, content), name=Path(name).stem or "file") as book,
    ):
        for sheet in book.sheets:
            table = read_table(sheet, _WORDS, title=name, only=ROWS)
            if not set(_NEEDED) <= {column.key for column in table.columns}:
                continue
            labels = {spec.key: str(spec.label) for spec in ROWS.fields}
            for count, record in enumerate(table.records(Context(local_date(at), book.is_1904))):
                if count >= MOST_ROWS:
                    raise InvalidInput(_("The file has more than 1,000 rows. Split it."), field="file")
                missing = next((key for key in _NEEDED if key not in record.values), None)
                problem = None
                if missing is not None:
                    said = next((one for one in record.problems if one.field == missing), None)
                    reason = (
                        said.message if said else _("“%(field)s” is missing.") % {"field": labels[missing]}
                    )
                    problem = Refused(
                        record.row,
                        missing,
                        reason,
                        said.remedy if said else _("Fill it in and read the file again."),
                    )
                yield record.row, record.values, problem
            return
    raise InvalidInput(
        _("The columns of a settlement were not found in this file."), field="file",
        remedy=_(
            "The first row names the columns: 结算编号, 身份证号, 姓名, 入院日期, 住院天数, 医疗费总额, 医保支付, 银行卡号."
        ),
    )  # fmt: skip
