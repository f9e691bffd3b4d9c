"""Hazards in every state, told of, put right and checked through the room's own flows."""

import io
import uuid
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor
from smartunion.core.files.exif import Spot
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Region, TradeUnion
from smartunion.site.demo.load.pictures import SCENES, picture
from smartunion.systems.matters.flows import hazards as flows
from smartunion.systems.matters.models import SafetyOfficer
from smartunion.systems.matters.rules.hazards import HazardLevel

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPACE = uuid.UUID("0b6ce6a2-53f7-4a55-9b59-0f6b0a6c2d11")


class _Seen(NamedTuple):
    """One hazard of the demo. days: ago; upto: reported, assigned, rectified, closed, back, refused; joined: more people."""

    kind: str
    place: str
    about: str
    days: int
    upto: str
    demand: str = ""
    done: str = ""
    checked: str = ""
    level: str = HazardLevel.GENERAL
    joined: int = 0
    named: bool = False


SEEN = (
    _Seen("machine", "冲压车间 3 号冲床", "防护罩拆了没装回去，手容易碰到模具", 26, "closed", "停机加装防护罩，试运行后再开。",
          "已装回防护罩，加了联锁开关，开罩即停。", "现场试了两次，开罩即停，操作工会用。", joined=2),
    _Seen("fire", "包装车间南侧安全出口", "纸箱堆到门口，门只能开一半", 19, "closed", "当天清空，门外三米不得堆放。",
          "纸箱已搬到二号库，地面画了禁放线。", "出口畅通，禁放线清楚。", named=True),
    _Seen("electric", "注塑车间配电箱", "箱门坏了，电线露在外面，地上还有水", 12, "rectified", "先断电挂牌，由持证电工处理。",
          "换了箱门，重新走线并做了防水台。"),
    _Seen("height", "二期厂房屋顶", "检修平台没有护栏，也没有挂安全绳的地方", 11, "assigned",
          "停止上屋顶作业，装护栏和生命线后再恢复。",
          level=HazardLevel.MAJOR, joined=1),
    _Seen("traffic", "物流园 2 号门", "叉车和行人走一个通道，转角看不见", 9, "assigned", "划人行道，转角装凸面镜，限速五公里。"),
    _Seen("building", "原料仓库 B 区", "货堆到快三米，中间已经歪了", 6, "back", "限高两米，重新码放。", "拆了两层，重新码放。",
          "B 区靠里一排仍超过两米，请继续。"),
    _Seen("chemical", "喷漆房", "排风机停了两天，气味很重，还在喷", 2, "assigned",
          "先停喷漆，修好排风再开工。", level=HazardLevel.MAJOR),
    _Seen("gear", "打磨工位", "发的是普通口罩，不是防尘口罩", 2, "reported"),
    _Seen("fire", "宿舍三楼走廊", "电瓶车推到走廊充电", 1, "reported", joined=1),
    _Seen("machine", "木工车间平刨", "护手装置拿掉了", 1, "reported"),
    _Seen("other", "食堂门口", "台阶下雨很滑，早上滑倒一个人", 0, "reported", named=True),
    _Seen("electric", "西门岗亭", "灯不亮", 15, "refused", checked="灯泡损坏，已请物业更换，不属于安全隐患，谢谢您的提醒。"),
)  # fmt: skip


def show_hazards(*, towns: "list[TradeUnion]", office: User, as_of: date) -> int:
    """Tell of every hazard in some town and let it go as far as it got. office: who assigns and checks. Returns how many."""
    workers = list(User.objects.filter(is_demo=True, person__isnull=False).order_by("pk")[:8])
    places = [(town, region) for town in towns if (region := town.territory) is not None]
    if not workers or not places:
        return 0
    cadre = actor_of(office, on=as_of, source="job")
    started = datetime.combine(as_of - timedelta(days=120), time(9), _SHANGHAI)
    officers = [_officer(town, cadre, started, as_of) for town, _region in places]
    for number, seen in enumerate(SEEN):
        at = number * 2 % len(places) if number % 3 else 0
        region = places[at][1]
        _tell(seen, number, region, officers[at], cadre, workers, as_of)
    return len(SEEN)


def _officer(town: TradeUnion, cadre: Actor, at: datetime, as_of: date) -> SafetyOfficer:
    held = RoleGrant.objects.filter(union=town, valid_to=None).order_by("pk").first()
    below = RoleGrant.objects.filter(
        union__path__gte=town.path, union__path__lt=town.path[:-1] + "0", role="chair"
    )
    chair = below.order_by("pk").first()
    grant = chair or held
    user_id = grant.user_id if grant is not None else int(cadre.user_id or 0)
    until = as_of + timedelta(days=200 - town.pk % 7 * 40)
    return flows.appoint(actor=cadre, union_id=town.pk, user_id=user_id, trained_until=until, at=at)


def _tell(
    seen: _Seen, number: int, region: Region, officer: SafetyOfficer, cadre: Actor, workers: "list[User]", as_of: date
) -> None:  # fmt: skip
    at = datetime.combine(as_of - timedelta(days=seen.days), time(8 + number % 9, number * 7 % 60), _SHANGHAI)
    reporter = actor_of(workers[number % len(workers)], on=as_of, source="job")
    shift = number * 0.0017
    spot = Spot(region.lon + shift, region.lat - shift) if region.lon and region.lat else None
    hazard = flows.report(
        actor=reporter,
        data=flows.Told(
            client_id=uuid.uuid5(_SPACE, f"{as_of}:{number}"), kind=seen.kind, about=seen.about, place=seen.place,
            region=region.code, spot=spot, is_named=seen.named, photos=[_shot(seen.kind, number)] if seen.kind in SCENES else [],
        ),
        at=at,
    )  # fmt: skip
    for other in range(seen.joined):
        also = actor_of(workers[(number + 1 + other) % len(workers)], on=as_of, source="job")
        flows.join(actor=also, hazard_id=hazard.pk, is_named=False, at=at + timedelta(hours=2 + other))

    def on(actor: Actor, hours: int) -> flows.On:
        hazard.refresh_from_db(fields=["version"])
        return flows.On(actor, hazard.pk, hazard.version, at + timedelta(hours=hours))

    if seen.upto == "refused":
        flows.refuse(on=on(cadre, 5), reason=seen.checked)
    if not seen.demand:
        return
    order = flows.Order(level=seen.level, officer_id=officer.user_id, demand=seen.demand, is_open_photo=True)
    flows.assign(on=on(cadre, 4), data=order)
    if seen.done:
        holder = actor_of(User.objects.get(pk=officer.user_id), on=as_of, source="job")
        flows.rectify(on=on(holder, 52), note=seen.done, photos=[_shot(seen.kind, number, is_right=True)])
    if seen.checked:
        flows.check(on=on(cadre, 76), is_right=seen.upto == "closed", note=seen.checked)


def _shot(kind: str, number: int, *, is_right: bool = False) -> flows.Upload:
    return flows.Upload(io.BytesIO(picture(kind, is_right=is_right, shade=number)))
