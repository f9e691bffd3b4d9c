"""阿丽's household, her union and the federations above with their assistance officers."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from smartunion.core.actor import Actor
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, World, acting
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.aid.services import DEFINITIONS

#: Left a month and head: (60,000 − 30,000) ÷ 12 ÷ 3 = 833.33, below 1,000.
HOUSEHOLD: dict[str, object] = {
    "members": [
        {"name": "阿丽", "relation": "本人", "income": "60000", "health": ""},
        {"name": "阿强", "relation": "丈夫", "income": "0", "health": "尿毒症透析"},
        {"name": "小米", "relation": "女儿", "income": "0", "health": "小学三年级"},
    ],
    "expenses": [{"what": "透析自付", "amount": "30000"}],
    "cause": "丈夫患尿毒症长期透析", "pledge": True, "struck": False, "migrant": False, "exclusions": [], "reviews": "four",
}  # fmt: skip


@dataclass
class Aided:
    """The world of casework with a city above it, and an assistance officer at each federation."""

    here: World
    city: TradeUnion
    officers: dict[str, User]

    def officer(self, level: str) -> Actor:
        """Of town, county or city."""
        return acting(self.officers[level])

    @property
    def ali(self) -> Actor:
        """The worker."""
        return acting(self.here.ali)


def aided(*, minimum: int = 1000) -> Aided:
    """The usual people; the minimum living standard is entered, unless it is 0."""
    here = make.world()
    place = make.region("330200", "宁波市", "city")
    city = make.union("宁波市总工会", territory=place)
    _put_under(city, here.county)
    for definition in DEFINITIONS:
        make.published(definition)
    if minimum:
        enter("aid.minimum_living_yuan", minimum)
    refresh(here)
    unions = {"town": here.town, "county": here.county, "city": city}
    officers = {key: make.user(f"帮扶员{key}", role=Role.AID, at=union) for key, union in unions.items()}
    return Aided(here, city, officers)


def enter(key: str, value: object, *, path: str = "") -> PolicyValue:
    """A policy value with its document."""
    return PolicyValue.objects.create(
        key=key, path=path, value=value, valid_from=date(2026, 1, 1), source="民发〔2026〕1号", created_at=NOW
    )


def refresh(here: World) -> None:
    """Reads the unions again after they were put under the city."""
    for union in (here.county, here.town, here.next_town, here.grassroots):
        union.refresh_from_db()


def _put_under(city: TradeUnion, county: TradeUnion) -> None:
    TradeUnion.objects.filter(pk=county.pk).update(parent=city)
    for union in TradeUnion.objects.exclude(pk=city.pk):
        TradeUnion.objects.filter(pk=union.pk).update(path=f"{city.path}{union.path}", depth=union.depth + 1)
    from smartunion.ground.registry.models import EmployerLink, Membership

    for spell in Membership.objects.all():
        Membership.objects.filter(pk=spell.pk).update(union_path=f"{city.path}{spell.union_path}")
    for link in EmployerLink.objects.all():
        EmployerLink.objects.filter(pk=link.pk).update(union_path=f"{city.path}{link.union_path}")


def applied(world: Aided, answers: dict[str, object] | None = None, *, at: datetime = NOW) -> CaseFile:
    """阿丽 has sent her application."""
    return ask(world.ali, "hardship_file", HOUSEHOLD | (answers or {}), at=at)


def ask(who: Actor, service: str, answers: dict[str, object], *, at: datetime = NOW) -> CaseFile:
    """Somebody fills a form in and sends it."""
    case = casework.start_draft(service_key=service, actor=who, at=at, client_id=uuid4())
    casework.save_draft(case_id=case.pk, raw=answers, actor=who, at=at)
    return casework.submit(case_id=case.pk, actor=who, at=at)


def on(case: CaseFile, actor: Actor, at: datetime = NOW) -> casework.ActOn:
    """An act on the case as it stands."""
    case.refresh_from_db()
    return casework.ActOn(case.pk, case.version, actor, at)


def say_yes(case: CaseFile, who: Actor, words: str = "情况属实，同意") -> CaseFile:
    """One review agrees."""
    case.refresh_from_db()
    return casework.approve(on=on(case, who), values={f"opinion_{case.step}": words})


def agreed(world: Aided, case: CaseFile) -> CaseFile:
    """All four reviews agree."""
    for who in (
        acting(world.here.xiaobo),
        world.officer("town"),
        world.officer("county"),
        world.officer("city"),
    ):
        say_yes(case, who)
    case.refresh_from_db()
    return case
