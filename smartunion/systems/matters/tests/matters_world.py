"""Three firms of one town ask for summer care, a fourth for wages; a member of another firm has a wish."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from smartunion.core.actor import Actor
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.factories import NOW, World, acting
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import Role
from smartunion.systems.matters.services import REQUEST, WISH

CARE = (
    "厂里双职工多，暑假孩子没人带，希望工会办个暑托班。",
    "能不能办暑托班？暑假孩子没人带，放家里不放心",
    "暑假孩子没人带，想问街道有没有暑托班",
)
WAGES = "加班费从三月起没有发，问了人事说再等等"


@dataclass
class Asked:
    """The world of casework with what its people asked: care (three cases of three unions), wages."""

    here: World
    care: list[CaseFile] = field(default_factory=list)
    wages: CaseFile | None = None
    chairs: list[User] = field(default_factory=list)
    workers: list[User] = field(default_factory=list)

    @property
    def cadre(self) -> Actor:
        """The town's cadre."""
        return acting(self.here.town_cadre)


def ask(
    who: User, words: str, *, category: str = "family", people: int | None = None, at: datetime = NOW
) -> CaseFile:
    """A request filed by a member to her own union."""
    answers: dict[str, object] = {"class": "request", "category": category, "about": words}
    if people is not None:
        answers["people"] = people
    filing = casework.Filing(service_key="request", answers=answers, client_id=uuid4(), person=who.person)
    case, _refused = casework.file_case(filing=filing, actor=acting(who), at=at)
    return case


def asked() -> Asked:
    """Three unions of one town, a worker in each, and what they asked."""
    here = make.world()
    make.published(REQUEST)
    make.published(WISH)
    made = Asked(here)
    for number, words in enumerate(CARE):
        union = make.union(f"桃源{number}号厂工会", here.town)
        who = make.person(f"工人{number}", mobile=f"1380013810{number}")
        make.member(who, union)
        worker = make.user(f"工人{number}", who=who)
        made.workers.append(worker)
        made.chairs.append(make.user(f"主席{number}", role=Role.CHAIR, at=union))
        made.care.append(ask(worker, words, people=[None, 12, 30][number]))
    made.wages = ask(made.workers[0], WAGES, category="family")
    return made
