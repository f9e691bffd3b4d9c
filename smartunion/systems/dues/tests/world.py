"""A county with two firms and the tax office's extracts of contributions."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from smartunion.core.actor import Actor, system
from smartunion.core.files.intake import keep_bytes
from smartunion.engines.feeds.models import Snapshot, SnapshotState, Source
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.tests import factories as accounts
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.ground.registry.tests import factories as make

AT = make.AT
CODES = ("91350100M000100Y43", "91330226MA00000000")


@dataclass
class Place:
    """县 with a cadre, a firm with its own union and chair, and a firm without."""

    county: TradeUnion
    covered: Employer
    bare: Employer
    union: TradeUnion
    cadre: User
    chair: User
    stranger: User

    @property
    def actor(self) -> Actor:
        return accounts.actor(self.cadre)


def place() -> Place:
    county, other = make.federation(), make.federation("象山县总工会")
    covered = make.employer("宁海恒达物流有限公司", looked_after_by=county, uscc=CODES[0])
    bare = make.employer("宁海晨光文具有限公司", looked_after_by=county)
    union = make.union("恒达物流工会", county)
    make.link(union, covered)
    return Place(
        county, covered, bare, union, accounts.make_user("林静", "cadre", union=county),
        accounts.make_user("小波", "chair", union=union), accounts.make_user("老秦", "cadre", union=other),
    )  # fmt: skip


def row(name: str, period: int, paid: int, **values: Any) -> dict[str, Any]:
    """A row of an extract; amounts in fen, periods of a quarter by their first month."""
    return {
        "tax_code": "", "taxpayer_name": name, "item": "工会经费", "period_from": period, "period_to": period + 2,
        "wages": None, "due": None, "paid": paid, "paid_month": None,
    } | values  # fmt: skip


def extract(
    county: TradeUnion,
    *rows: dict[str, Any],
    as_of: date = date(2026, 10, 10),
    source: str = "税务局",
    at: datetime = AT,
) -> Snapshot:
    """An extract that is ready."""
    sender, _made = Source.objects.get_or_create(
        name=source, union=county,
        defaults={"department": "税务局", "table": "dues", "path": county.path, "purpose": "工会经费代收", "created_at": at},
    )  # fmt: skip
    schema = {
        name: pl.Int64
        if name in {"period_from", "period_to", "wages", "due", "paid", "paid_month"}
        else pl.String
        for name in row("", 202601, 0)
    }
    out = io.BytesIO()
    pl.DataFrame(list(rows), schema=schema).write_parquet(out)
    stored = keep_bytes(
        actor=system(),
        content=out.getvalue(),
        name="d.parquet",
        media_type="application/x-parquet",
        purpose="feeds",
        at=at,
    )
    return Snapshot.objects.create(
        source=sender, table="dues", path=sender.path, as_of=as_of, created_at=at, state=SnapshotState.READY, file=stored,
        parquet=stored, row_count=len(rows),
    )  # fmt: skip
