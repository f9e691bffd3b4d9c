"""Rows of a settlement file: read piece by piece, each as it can be taken, or what is wrong with it."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.files import intake
from smartunion.core.files.models import StoredFile
from smartunion.core.tables.parsers import Context, integer, past_day, person_name, resident_id, text
from smartunion.core.tables.problems import Refused
from smartunion.core.tables.reading import read_table
from smartunion.core.tables.records import Record
from smartunion.core.tables.vocabulary import FieldSpec, Kind, Vocabulary
from smartunion.core.tables.workbook import open_workbook
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.payments import service as payments
from smartunion.ground.registry.models import Membership, Person
from smartunion.systems.mutual.flows import claims
from smartunion.systems.mutual.queries.claims import dump_result, shown_reasons
from smartunion.systems.mutual.rules.terms import What

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
#: Rows looked up together.
PIECE = 500


@dataclass(frozen=True)
class Ready:
    """A row that brings something."""

    row: int
    number: str
    person: Person
    client_id: UUID
    form: dict[str, object]
    yuan: Decimal


@dataclass(frozen=True)
class Known:
    """A row that was taken in before."""

    row: int
    number: str
    client_id: UUID


@dataclass(frozen=True)
class Row:
    """A row of the file: what it says, or what makes it unusable."""

    row: int
    said: dict[str, object]
    problem: Refused | None

    @property
    def client_id(self) -> UUID:
        """The case it becomes, the same whenever and in whichever file it comes."""
        return uuid5(NAMESPACE_URL, f"smartunion:settlement:{self.said['number']}:{self.said['resident_id']}")


def understood(path: str, rows: Iterable[Row], at: datetime) -> Iterator[tuple[Ready | Known | Refused, str]]:
    """Each row as it can be taken, with the number it bears; read in pieces, so that memory stays flat."""
    seen: set[bytes] = set()
    rows = iter(rows)
    while piece := list(islice(rows, PIECE)):
        usable = [one for one in piece if one.problem is None]
        wanted = [one.client_id for one in usable]
        known = set(CaseFile.objects.filter(client_id__in=wanted).values_list("client_id", flat=True))
        people = _people({str(one.said["resident_id"]) for one in usable}, path)
        for one in piece:
            number = str(one.said.get("number") or "")
            if one.problem is not None:
                yield one.problem, number
                continue
            client_id = one.client_id
            if client_id.bytes[:8] in seen:
                yield _refused(one.row, "number", _("This settlement stands in the file twice.")), number
            elif client_id in known:
                yield Known(one.row, number, client_id), number
            else:
                yield _ready(people.get(str(one.said["resident_id"])), one, client_id, local_date(at)), number
            seen.add(client_id.bytes[:8])


def _people(numbers: Collection[str], path: str) -> dict[str, Person]:
    """Members below a union by ID number."""
    rows = Person.objects.filter(
        resident_id_index__of=sorted(numbers),
        pk__in=Membership.objects.filter(union_path__startswith=path, ended_on=None).values("person"),
    )
    return {row.resident_id: row for row in rows}


def _ready(person: Person | None, one: Row, client_id: UUID, on: date) -> Ready | Refused:
    row, said = one.row, one.said
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
    return Ready(row, str(said["number"]), person, client_id, form, total)


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


@contextmanager
def rows_of(stored: StoredFile, at: datetime) -> Iterator[Iterator[Row]]:
    """The rows of the first sheet that has the columns of a settlement. Raises InvalidInput naming file, TableRefused."""
    with (
        intake.plain_copy(stored) as path,
        open_workbook(path, name=Path(stored.name).stem or "file") as book,
    ):
        for sheet in book.sheets:
            table = read_table(sheet, _WORDS, title=stored.name, only=ROWS)
            if set(_NEEDED) <= {column.key for column in table.columns}:
                records = table.records(Context(local_date(at), book.is_1904))
                yield (_row(record) for record in records)
                return
    raise InvalidInput(
        _("The columns of a settlement were not found in this file."), field="file",
        remedy=_(
            "The first row names the columns: 结算编号, 身份证号, 姓名, 入院日期, 住院天数, 医疗费总额, 医保支付, 银行卡号."
        ),
    )  # fmt: skip


def _row(record: Record) -> Row:
    missing = next((key for key in _NEEDED if key not in record.values), None)
    if missing is None:
        return Row(record.row, record.values, None)
    said = next((one for one in record.problems if one.field == missing), None)
    label = next(str(spec.label) for spec in ROWS.fields if spec.key == missing)
    reason = said.message if said else _("“%(field)s” is missing.") % {"field": label}
    remedy = said.remedy if said else _("Fill it in and read the file again.")
    return Row(record.row, record.values, Refused(record.row, missing, reason, remedy))
