"""A case with everything an act needs, and the question who may act."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import Definition, Step, Who
from smartunion.engines.casework.handlers import CaseRun, ServiceHandler, handler_of
from smartunion.engines.casework.lifecycle import ActNotPossible, Position, Side, acts_for
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.queries.versions import definition_for
from smartunion.engines.casework.rules import FINAL, NEEDS_REASON, Act, CaseState


@dataclass(frozen=True)
class Loaded:
    """A case opened by somebody: its parts and the sides she stands on."""

    case: CaseFile
    definition: Definition
    data: CaseData
    actor: Actor
    at: datetime
    sides: frozenset[Side]

    @property
    def position(self) -> Position:
        """Where the case stands."""
        return Position(CaseState(self.case.state), self.case.step)

    @property
    def step(self) -> Step | None:
        """The present step, None in a draft and after the end."""
        return self.definition.step(self.case.step) if self.case.step else None

    @property
    def handler(self) -> ServiceHandler:
        """The code behind the service."""
        return handler_of(self.definition)

    def run(self, data: CaseData | None = None) -> CaseRun:
        """What the handler sees."""
        return CaseRun(self.case, self.definition, data or self.data, self.actor, self.at)

    def acts(self) -> list[Act]:
        """Everything this person may do now, applicant's acts first."""
        closed_at = self.case.closed_at if self.case.state in FINAL else None
        found: list[Act] = []
        for side in (Side.APPLICANT, Side.DESK):
            if side in self.sides:
                offered = acts_for(self.definition, self.position, side, closed_at=closed_at, at=self.at)
                found += [act for act in offered if act not in found]
        once = {Act.RATE: self.case.rating, Act.APPEAL: self.case.appealed_at}
        return [act for act in found if once.get(act) is None]


def load(*, case_id: int, actor: Actor, at: datetime) -> Loaded:
    """Open a case. Raises NotVisible."""
    visible = CaseFile.objects.visible_to(actor).select_related(
        "service_version", "employer", "union", "person"
    )
    case = get_visible(visible, case_id)
    definition = definition_for(case)
    return Loaded(case, definition, CaseData.load(case.data), actor, at, sides_of(case, definition, actor))


def sides_of(case: CaseFile, definition: Definition, actor: Actor) -> frozenset[Side]:
    """Applicant, desk, both or neither.

    Desk: a role of the present step held at the handling union or above it; after the end and while the applicant
    holds a step of her own, a role of any step. Nobody decides her own case unless the definition says so.
    """
    sides = set()
    is_hers = actor.person_id is not None and case.person_id == actor.person_id
    is_filer = actor.user_id is not None and case.user_id == actor.user_id
    if is_hers or is_filer:
        sides.add(Side.APPLICANT)
    own = is_hers or (is_filer and not case.on_behalf)
    if (
        case.state != CaseState.DRAFT
        and (definition.own_case_ok or not own)
        and _holds_step(case, definition, actor)
    ):
        sides.add(Side.DESK)
    return frozenset(sides)


def _holds_step(case: CaseFile, definition: Definition, actor: Actor) -> bool:
    step = definition.step(case.step) if case.step else None
    if step is None or step.who is Who.APPLICANT:
        roles = frozenset(role for one in definition.steps for role in one.roles)
    else:
        roles = frozenset(step.roles)
    return any(
        (grant.role in roles or grant.role == "system")
        and "cases.handle" in grant.permissions
        and case.path.startswith(grant.path)
        for grant in actor.grants
    )


def check_may(loaded: Loaded, act: Act, *, version: int, reason: str) -> None:
    """Raise unless this person may do this act on the version of the case she saw.

    Raises StaleState (somebody acted meanwhile), NotAllowed, ActNotPossible, InvalidInput (no reason).
    """
    if loaded.case.version != version:
        raise StaleState(
            _changed_words(loaded.case), remedy=_("Reload the page to see the result; nothing was stored.")
        )
    if act not in loaded.acts():
        everyone = Loaded(
            loaded.case, loaded.definition, loaded.data, loaded.actor, loaded.at, frozenset(Side)
        ).acts()
        raise NotAllowed if act in everyone else ActNotPossible
    if act in NEEDS_REASON and not reason.strip():
        raise InvalidInput(
            _("Please say why: the person concerned will read it."), field="reason",
            remedy=_("Write one or two sentences and send again."),
        )  # fmt: skip
    if len(reason) > 1000:
        raise InvalidInput(_("The reason is longer than 1,000 characters."), field="reason")


def _changed_words(case: CaseFile) -> str:
    last = case.events.order_by("-id").first()
    if last is None:
        return ""
    values = {"who": last.actor_name or _("Somebody"), "act": Act(last.act).label}
    return _("%(who)s acted on this case a moment ago (%(act)s).") % values
