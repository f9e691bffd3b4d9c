"""A county small enough to compare in a second: three firms in the register, two unions, insured people."""

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from django.core.management.color import no_style
from django.db import connection

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.core.files.intake import keep_bytes
from smartunion.engines.feeds.models import Snapshot, SnapshotState, Source
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.organising.flows.runs import compare
from smartunion.systems.organising.models import MatchRun

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
JUDGE = frozenset({"organising.view", "organising.take_up", "organising.match"})

_MARKET = {"entity_id": "", "name": "", "uscc": "", "old_reg_no": "", "status": "存续", "entity_type": "有限责任公司",
           "district": "宁海县", "address": "宁海县", "founded": 2015, "legal_person": "", "former_name": ""}  # fmt: skip
_SOCIAL = {"sid": 0, "name": "", "id_no": "", "mobile": "", "unit_no": "", "unit_name": "", "unit_code": "",
           "start_month": 202001, "end_month": None}  # fmt: skip


@dataclass
class County:
    """The county and its departments' files; change the rows and send the files again."""

    federation: TradeUnion
    by_name: TradeUnion
    by_code: TradeUnion
    market: list[dict[str, Any]] = field(default_factory=list)
    social: list[dict[str, Any]] = field(default_factory=list)

    @property
    def cadre(self) -> Actor:
        return make.actor("cadre", JUDGE, self.federation)

    def send(self, month: int = 10) -> None:
        """Bring both departments' files in, as of a month of 2026."""
        tax = {"tax_code": pl.String, "taxpayer_name": pl.String, "employees": pl.Int64, "year": pl.Int64}
        self._snapshot("market", pl.DataFrame(self.market), month)
        social = pl.DataFrame(self.social, schema_overrides={"end_month": pl.Int64}, infer_schema_length=None)
        self._snapshot("social", social, month)
        self._snapshot("tax", pl.DataFrame(schema=tax), month)

    def _snapshot(self, table: str, rows: pl.DataFrame, month: int) -> None:
        source, _ = Source.objects.get_or_create(
            name=table, union=self.federation,
            defaults={"department": table, "table": table, "path": self.federation.path, "purpose": "比对", "created_at": AT},
        )  # fmt: skip
        content = io.BytesIO()
        rows.write_parquet(content)
        stored = keep_bytes(
            actor=system(), content=content.getvalue(), name=f"{table}.parquet", media_type="application/x-parquet",
            purpose="feeds", at=AT,
        )  # fmt: skip
        Snapshot.objects.create(
            source=source, table=table, path=self.federation.path, as_of=date(2026, month, 1), created_at=AT,
            state=SnapshotState.READY, file=stored, parquet=stored, row_count=len(rows),
        )  # fmt: skip

    def compare(self) -> MatchRun:
        """One comparison, as the job makes it."""
        return compare(
            MatchRun.objects.create(union=self.federation, path=self.federation.path, started_at=clock.now())
        )


def county() -> County:
    """宁海: a union found by its employer's name, one by its code, and a firm of thirty without a union."""
    _keys_from_one()
    place = make.region("宁海县")
    federation = make.federation("宁海县总工会", territory=place, region=place)
    made = County(
        federation,
        make.union("宁海得力文具有限公司工会", federation, region=place),
        make.union("宁海云海户外用品有限公司工会委员会", federation, region=place),
    )
    for number, name in enumerate(
        ("宁海得力文具有限公司", "宁海云海户外用品有限公司", "宁海星远模具有限公司"), start=1
    ):
        code = make.uscc(700 + number)
        made.market.append(_MARKET | {"entity_id": f"E{number}", "name": name, "uscc": code})
        for person in range(30):
            sid = number * 100 + person
            made.social.append(
                _SOCIAL
                | {"sid": sid, "name": f"王{chr(0x4E00 + sid)}", "id_no": make.resident_id(sid), "unit_no": f"A{number}",
                   "unit_name": name, "unit_code": code}
            )  # fmt: skip
    made.send()
    return made


def _keys_from_one() -> None:
    """On PostgreSQL too what the matcher is told of the registry is then the same in every test (see conftest.py)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [TradeUnion, Person]):
            cursor.execute(statement)
