"""Names and ID numbers of one town compared by public security: a list that went out last month, and what came back."""

import io
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from smartunion.core.actor import Actor
from smartunion.core.jobs.runner import drain
from smartunion.engines.feeds.flows.snapshots import bring_in
from smartunion.engines.feeds.flows.sources import create_source
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.site.demo.world.rng import draw
from smartunion.systems.stewardship.flows import identity
from smartunion.systems.stewardship.models import IdentityCheck, IdentityList

_AUTHORITY = "县公安局人口管理大队"
_PURPOSE = "会员姓名与身份证号一致性核验（依据双方协议），仅用于核验，用后按期删除"
#: Shares of those on the list: name and number do not agree, number not known, died; the rest agree.
_ANSWERS = ((0.006, "不一致"), (0.009, "查无此人"), (0.0115, "已死亡注销"))
#: Of the list so many came back; the authority still looks at the others.
_CAME = 0.97
#: Between the list and the answers.
_TOOK = timedelta(days=12)


def compare_identity(
    federation: TradeUnion, town: TradeUnion, *, actor: Actor, seed: int, as_of: date, at: datetime
) -> int:
    """Have the list of a town made and the answers read, by the ordinary flows and jobs. Returns members answered about."""
    identity.ask_for_list(
        actor=actor, union_id=town.pk, sent_to=_AUTHORITY, reason="会员实名制核验协议（年度）", only_open=True, at=at,
    )  # fmt: skip
    drain()
    asked = as_of - 2 * _TOOK
    IdentityList.objects.update(created_at=at - 2 * _TOOK, finished_at=at - 2 * _TOOK)
    IdentityCheck.objects.update(sent_on=asked)
    source = create_source(
        actor=actor, union_id=federation.pk, name="会员实名比对结果", department=_AUTHORITY, table="identity", purpose=_PURPOSE,
        at=at,
    )  # fmt: skip
    bring_in(
        actor=actor, source_id=source.pk, chunks=[_answers(seed)], name=f"会员实名比对结果{as_of:%Y%m}.csv",
        as_of=as_of - _TOOK, at=at,
    )  # fmt: skip
    drain()
    identity.renew(at=at)
    return IdentityCheck.objects.exclude(outcome="").count()


def _answers(seed: int) -> bytes:
    """The file as the authority sends it: the columns of the list with its answer."""
    people = list(Person.objects.filter(identity__isnull=False).order_by("pk"))
    ids = np.array([person.pk for person in people], dtype=np.int64)
    lot = draw(seed, "identity", ids)
    outcomes = np.full(len(ids), "一致", dtype=object)
    for until, words in reversed(_ANSWERS):
        outcomes[lot < until] = words
    frame = pl.DataFrame(
        {
            "姓名": [person.name for person in people],
            "公民身份号码": [person.resident_id for person in people],
            "比对结果": list(outcomes),
        }
    )
    out = io.BytesIO()
    frame.filter(pl.Series(draw(seed, "identity came", ids) < _CAME)).write_csv(out)
    return out.getvalue()
