"""What a service is made of: frozen shapes with defaults, nothing that needs a database."""

from dataclasses import dataclass
from enum import StrEnum

from smartunion.engines.casework.definition.conditions import Condition
from smartunion.engines.casework.definition.texts import NO_TEXT, Text
from smartunion.engines.casework.rules import Act, Rung


class FieldKind(StrEnum):
    """Kinds of questions."""

    TEXT = "text"
    TEXTAREA = "textarea"
    CHOICE = "choice"
    MULTI = "multi"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes_no"
    PERSON = "person"
    EMPLOYER = "employer"
    UNION = "union"
    PLACE = "place"
    PHOTO = "photo"
    ROWS = "rows"
    MONEY = "money"
    PERIOD = "period"
    RATING = "rating"
    CALC = "calc"


#: Kinds whose value names nobody, so it may be shown in lists (CaseFile.digest).
OPEN_KINDS = frozenset(
    {FieldKind.CHOICE, FieldKind.MULTI, FieldKind.DATE, FieldKind.NUMBER, FieldKind.YES_NO, FieldKind.EMPLOYER,
     FieldKind.UNION, FieldKind.PLACE, FieldKind.MONEY, FieldKind.PERIOD, FieldKind.RATING, FieldKind.CALC}
)  # fmt: skip
#: Kinds a column of a ROWS question may have.
COLUMN_KINDS = frozenset(
    {FieldKind.TEXT, FieldKind.CHOICE, FieldKind.DATE, FieldKind.NUMBER, FieldKind.MONEY, FieldKind.YES_NO}
)
#: Kinds whose answer is a number, so that it can be compared by size.
NUMBER_KINDS = frozenset({FieldKind.NUMBER, FieldKind.MONEY, FieldKind.RATING, FieldKind.CALC})


class Format(StrEnum):
    """What a TEXT answer must look like."""

    NONE = ""
    MOBILE = "mobile"
    RESIDENT_ID = "resident_id"
    USCC = "uscc"


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    value: str
    label: Text


@dataclass(frozen=True)
class Field:
    """One question.

    minimum/maximum: value of a number (yuan), length of a text, count of rows, photos or choices; why: what the answer
    is for and who sees it; prefill: where a known answer comes from; is_locked: a prefilled answer cannot be changed;
    in_digest: its value may stand in lists; is_public: an officer's answer the applicant reads too; required_if: must be
    answered when this holds, though it is optional otherwise; columns: questions of one row (ROWS only); formula,
    decimals: how a CALC value follows from other answers, and its decimals (definition.formulas).
    """

    key: str
    kind: FieldKind
    label: Text
    help: Text = NO_TEXT
    why: Text = NO_TEXT
    is_required: bool = True
    options: tuple[Option, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    unit: Text = NO_TEXT
    format: Format = Format.NONE
    past_only: bool = False
    visible_if: Condition | None = None
    prefill: str = ""
    is_locked: bool = False
    in_digest: bool = False
    is_public: bool = False
    columns: tuple["Field", ...] = ()
    required_if: Condition | None = None
    formula: str = ""
    decimals: int = 2


@dataclass(frozen=True)
class Section:
    """Questions that belong together: one screen on the phone."""

    key: str
    title: Text
    fields: tuple[Field, ...]
    help: Text = NO_TEXT
    visible_if: Condition | None = None


@dataclass(frozen=True)
class Material:
    """A paper to photograph; asked only when we cannot know it ourselves.

    folder: what kind of paper it is in a person's own folder ("id_card"); one of the same kind given before can be
    used again with one tap. Empty: it belongs to this case alone.
    """

    key: str
    label: Text
    help: Text = NO_TEXT
    is_required: bool = True
    max_files: int = 3
    visible_if: Condition | None = None
    folder: str = ""


class Agree(StrEnum):
    """When a step of several voices is agreed."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True)
class Rule:
    """One condition of who may have the service.

    condition: over what the register knows ("member.months") and the questions of the self-test; why_not: said when it
    does not hold; remedy: what would be needed.
    """

    key: str
    label: Text
    condition: Condition
    why_not: Text = NO_TEXT
    remedy: Text = NO_TEXT


@dataclass(frozen=True)
class Voice:
    """One department or signature a step needs; roles: who may speak for it, empty for the step's own."""

    key: str
    title: Text
    roles: tuple[str, ...] = ()


class Who(StrEnum):
    """Who acts in a step."""

    APPLICANT = "applicant"
    DESK = "desk"


class Route(StrEnum):
    """Where a case goes when a step begins."""

    STAY = "stay"
    GIVEN_UNION = "given_union"
    NAMED_UNION = "named_union"
    EMPLOYER_UNION = "employer_union"
    EMPLOYER_FEDERATION = "employer_federation"
    PLACE_FEDERATION = "place_federation"
    OWN_UNION = "own_union"
    PARENT = "parent"
    HANDLER = "handler"


@dataclass(frozen=True)
class Deadline:
    """A time limit of a step, from its beginning.

    policy: parameter whose value there and then (working or calendar days as it says) replaces ours; by_field,
    by_value: days by an officer's choice in an earlier step (difficulty of a matter), falling back to `days`.
    """

    days: int
    is_working: bool = False
    policy: str = ""
    by_field: str = ""
    by_value: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Branch:
    """Another next step when the condition holds for the answers and officers' fields given so far."""

    condition: Condition
    next: str


@dataclass(frozen=True)
class Step:
    """One station of a case.

    roles: who may act for the handling union (DESK); next: following step, "" ends the case approved; return_to: an
    earlier step a RETURN leads back to, "" means the applicant; outcome: what the service's handler does on approval;
    help: for whoever acts; for_applicant: what the step means for her, on the service's page and while she waits;
    voices, agree: departments that decide side by side, or signatures, each by another person; apart_from: earlier
    steps whose decision may not have been made by whoever acts here (approving and paying); at_once: approved the moment
    it begins when the register says that every condition of the service is met, else an officer decides (first step only).
    """

    key: str
    title: Text
    who: Who = Who.DESK
    roles: tuple[str, ...] = ()
    route: Route = Route.STAY
    named_union: str = ""
    acts: tuple[Act, ...] = (Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD)
    deadline: Deadline | None = None
    form: tuple[Field, ...] = ()
    help: Text = NO_TEXT
    for_applicant: Text = NO_TEXT
    next: str = ""
    branches: tuple[Branch, ...] = ()
    return_to: str = ""
    outcome: str = ""
    approve_label: Text = NO_TEXT
    voices: tuple[Voice, ...] = ()
    agree: Agree = Agree.ALL
    apart_from: tuple[str, ...] = ()
    at_once: bool = False


@dataclass(frozen=True)
class Appeal:
    """Whether a refusal can be taken to the union above, where it is looked at by other people; until when, and where."""

    to_step: str
    days: int = 60


@dataclass(frozen=True)
class Reopening:
    """Whether a closed case can be taken up again, by whom asked, until when, and where it resumes."""

    to_step: str
    days: int = 30


@dataclass(frozen=True)
class Feed:
    """A part of a "one thing" service: another service that is sent from the same form, to its own office.

    service: its key; title: what the part is called in the line the applicant watches; condition: when it is sent, None
    for always; answers: pairs of its question and ours (a question of the same key fits by itself).
    """

    service: str
    title: Text
    condition: Condition | None = None
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Definition:
    """One service: what is asked, what is to be shown, who acts, by when, what comes of it, what people are told.

    audience: worker, staff or anyone; handler: code that adds what a definition cannot say; subject: title of a case
    with places; texts: by state ("submitted", "supplement", "approved", "refused", "withdrawn") or "step:<key>";
    max_papers: most photographed papers in all; own_case_ok: an officer may decide what she herself reported;
    is_listed: shown in the catalogue; page: name of another room's own page that stands in for the form; words:
    everyday words people search by, with spaces between; eligibility, self_test: who may have it, and what is asked
    before the form to say so; rung: how far it has come towards needing no application; events: turns of life it belongs
    to (categories.EVENTS); is_narrow: seen by the office that holds it alone, not by those above or beside; feeds: the
    services a "one thing" service sends, itself done when they all are.
    """

    key: str
    title: Text
    summary: Text = NO_TEXT
    category: str = "other"
    icon: str = "file-text"
    audience: str = "worker"
    order: int = 100
    words: str = ""
    promise: Text = NO_TEXT
    source: Text = NO_TEXT
    handler: str = ""
    subject: Text = NO_TEXT
    sections: tuple[Section, ...] = ()
    materials: tuple[Material, ...] = ()
    max_papers: int = 3
    steps: tuple[Step, ...] = ()
    texts: tuple[tuple[str, Text], ...] = ()
    reopening: Reopening | None = None
    is_rated: bool = True
    own_case_ok: bool = False
    is_listed: bool = True
    page: str = ""
    rung: Rung = Rung.APPLY
    eligibility: tuple[Rule, ...] = ()
    self_test: tuple[Field, ...] = ()
    appeal: Appeal | None = None
    events: tuple[str, ...] = ()
    is_narrow: bool = False
    feeds: tuple[Feed, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every question of the applicant's form, in order."""
        return tuple(field for section in self.sections for field in section.fields)

    @property
    def asked(self) -> tuple[Field, ...]:
        """Those she answers herself: what is shown and cannot be changed left out."""
        return tuple(field for field in self.fields if not field.is_locked)

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """The form's questions and those of every step."""
        return (*self.fields, *(field for step in self.steps for field in step.form))

    def step(self, key: str) -> Step:
        """The step with this key. Raises KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    def step_number(self, key: str) -> int:
        """Place of the step in the line, from 1; 0 when there is none of this name."""
        return next((number for number, step in enumerate(self.steps, 1) if step.key == key), 0)

    def text(self, key: str) -> Text:
        """What people are told in a state, empty when the definition leaves it to the general wording."""
        return dict(self.texts).get(key, NO_TEXT)

    def first_field(self, kind: FieldKind) -> Field | None:
        """The first question of a kind: the case's employer, union or place comes from it."""
        return next((field for field in self.fields if field.kind is kind), None)
