"""Code behind services: what a definition cannot say. Systems register handlers in apps.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from smartunion.core.actor import Actor
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import CaseData, Values
from smartunion.engines.casework.definition import Definition, Step
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import TradeUnion


@dataclass(frozen=True)
class PrefillAsk:
    """Who opens the form of a service, and what the link that led here named (a finding, a drive)."""

    actor: Actor
    context: dict[str, str]
    at: datetime


@dataclass(frozen=True)
class CaseRun:
    """A case as its handler sees it, before the act is written."""

    case: CaseFile
    definition: Definition
    data: CaseData
    actor: Actor
    at: datetime

    @property
    def form(self) -> Values:
        """The applicant's answers."""
        return self.data.form


@dataclass(frozen=True)
class Result:
    """What an approval brought about: a sentence for the history and the page to see it."""

    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of a panel: what the registry says, and whether it fits what was given."""

    label: str
    value: str
    given: str = ""
    fits: bool | None = None
    href: str = ""


@dataclass(frozen=True)
class Panel:
    """Registry facts shown beside the case on the desk."""

    title: str
    facts: Sequence[Fact] = field(default_factory=tuple)
    note: str = ""


class ServiceHandler:
    """Base class: does nothing beyond the definition. Subclass, set `key`, register in apps.py.

    outcomes: names steps may use; prefills: names fields may use as "handler.<name>"; tells: news ("approved", …) it
    tells the applicant itself, so that nobody is told twice. questions, stations: questions of the form, and steps whose
    answers, it relies on; every version of its service keeps them as they came (definition.contracts). unasked: it also grants
    what nobody applied for, from files that say who may have it.
    """

    key: str = ""
    outcomes: frozenset[str] = frozenset()
    prefills: frozenset[str] = frozenset()
    tells: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    stations: frozenset[str] = frozenset()
    unasked: bool = False

    def prefill(self, ask: PrefillAsk) -> Values:
        """Known answers by prefill name."""
        return {}

    def context(self, ask: PrefillAsk) -> dict[str, str]:
        """The parts of the link's context this actor may use; everything else is dropped."""
        return {}

    def greeting(self, ask: PrefillAsk) -> str:
        """What is said above the button to those who came by a link; empty when nothing."""
        return ""

    def why_not(self, person_id: int | None, on: date) -> str:
        """Why this person cannot have the service now, with what would help, said to her alone; empty when nothing is known."""
        return ""

    def numbers(self, form: Values) -> frozenset[str]:
        """Keys of texts that hold an ID number in these answers: starred wherever a case is shown."""
        return frozenset()

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """What is wrong with the applicant's answers beyond their form; empty when nothing."""
        return []

    def cautions(self, run: CaseRun) -> list[str]:
        """What the applicant should look at once more before the answers are sent, though they may be sent as they are."""
        return []

    def check_step(self, run: CaseRun, step: Step, values: Values) -> list[AnswerProblem]:
        """What is wrong with the fields of a step."""
        return []

    def settles(self, run: CaseRun, step: Step) -> bool:
        """Whether a step that may be decided at once is, once every condition is met; False leaves it to the office."""
        return True

    def route(self, run: CaseRun, step: Step) -> TradeUnion | None:
        """Where the case goes when a step with route "handler" begins; None: the engine's own fallback."""
        return None

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Bring an outcome about, inside the transaction of the approval. Raises DomainError to refuse it."""
        raise NotImplementedError(f"handler {self.key} offers no outcome {outcome}")

    def changed(self, run: CaseRun, act: Act) -> None:
        """Called after an act that moved the case was written, inside its transaction."""

    def panels(self, run: CaseRun) -> list[Panel]:
        """What the registry knows about this case's subject."""
        return []

    def step_values(self, run: CaseRun, step: Step) -> Values:
        """Known values of a step's fields, offered to whoever acts."""
        return {}


_PLAIN = ServiceHandler()
HANDLERS: dict[str, ServiceHandler] = {}


def register(handler: ServiceHandler) -> None:
    """Add a handler; raises ValueError when its key is empty or taken."""
    if not handler.key or handler.key in HANDLERS:
        raise ValueError(f"service handler {handler.key!r} has no key or is registered twice")
    HANDLERS[handler.key] = handler


def handler_of(definition: Definition) -> ServiceHandler:
    """The handler a definition names, or one that adds nothing."""
    return HANDLERS.get(definition.handler, _PLAIN)
