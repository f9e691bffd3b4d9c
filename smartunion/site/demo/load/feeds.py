"""The departments' extracts, brought in the way a cadre would: as files of sources, read by the ordinary job."""

import io
from datetime import date, datetime

import polars as pl

from smartunion.core.actor import Actor
from smartunion.core.jobs.runner import drain
from smartunion.engines.feeds.flows.snapshots import bring_in
from smartunion.engines.feeds.flows.sources import create_source
from smartunion.engines.feeds.models import Snapshot, SnapshotState
from smartunion.ground.registry.models import TradeUnion
from smartunion.site.demo.extracts import derive
from smartunion.site.demo.extracts.contributions import contributions
from smartunion.site.demo.extracts.industry import industry, projects
from smartunion.site.demo.world import World

_PIECE = 1 << 20
_PURPOSE = "工会建会入会比对（《工会法》第三条、第十一条），仅用于查找未建会单位和未入会职工，用后按期删除"
SOURCES = (
    ("市场主体登记库", "县市场监督管理局", "market"),
    ("企业职工参保明细", "县社会保险中心", "social"),
    ("纳税人从业人数", "县税务局", "tax"),
    ("道路运输从业人员", "县交通运输局", "drivers"),
    ("工会经费代收清单", "县税务局", "dues"),
    ("规上企业与梯队培育名单", "县经济和信息化局", "industry"),
    ("重点项目清单", "县发展和改革局", "projects"),
)
_PURPOSES = {
    "drivers": "核对货车司机、网约车司机、快递员、外卖配送员入会信息（《工会法》第三条），仅用于核对，用后按期删除",
    "dues": "核对用人单位工会经费拨缴情况（《工会法》第四十三条、第四十四条），仅用于核对与催缴，用后按期删除",
    "industry": "核对规模以上企业、产业集群建会情况（《工会法》第三条、第十一条），仅用于组建工会和劳动竞赛，用后按期删除",
    "projects": "核对重点项目参建单位建会入会情况（《工会法》第三条、第十一条），仅用于组建工会和劳动竞赛，用后按期删除",
}


def bring_in_extracts(
    world: World, federation: TradeUnion, *, actor: Actor, as_of: date, at: datetime
) -> int:
    """Name the departments, bring their files in and read them. Returns rows read; raises RuntimeError if not."""
    tables = derive(world).tables | {
        "dues": contributions(world, as_of), "industry": industry(world), "projects": projects(world),
    }  # fmt: skip
    for name, department, key in SOURCES:
        if tables[key].is_empty():  # in a small place nobody builds
            continue
        source = create_source(
            actor=actor,
            union_id=federation.pk,
            name=name,
            department=department,
            table=key,
            purpose=_PURPOSES.get(key, _PURPOSE),
            at=at,
        )
        bring_in(
            actor=actor,
            source_id=source.pk,
            chunks=_pieces(tables[key]),
            name=f"{name}{as_of:%Y%m}.parquet",
            as_of=as_of,
            at=at,
        )
    drain()
    snapshots = list(Snapshot.objects.filter(path=federation.path))
    if wrong := [snapshot for snapshot in snapshots if snapshot.state != SnapshotState.READY]:
        raise RuntimeError(f"The demo's own extract could not be read: {wrong[0].table} {wrong[0].report}")
    return sum(snapshot.row_count for snapshot in snapshots)


def _pieces(table: pl.DataFrame) -> "list[bytes]":
    out = io.BytesIO()
    table.write_parquet(out, compression="zstd")
    content = out.getvalue()
    return [content[start : start + _PIECE] for start in range(0, len(content), _PIECE)]
