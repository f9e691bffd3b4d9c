"""What the pages of a case show, put together once for portal, desk, paper and status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.engines.casework.answers import shown_lines, visible_fields
from smartunion.engines.casework.answers.showing import Line
from smartunion.engines.casework.definition import Step, Who
from smartunion.engines.casework.definition.conditions import fields_in
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.flows.voices import spoken
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.models import CaseEvent, CaseMaterial
from smartunion.engines.casework.queries.materials import inner_slots, labels_of, photos_of
from smartunion.engines.casework.queries.urging import may_urge_from
from smartunion.engines.casework.rules import ENDED_WITHOUT, FINAL, Act, CaseState
from smartunion.engines.casework.telling import last_day, union_name
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionState


@dataclass(frozen=True)
class Happening:
    """One line of the history in words. tone: done, now, bad or empty, as the timeline draws it."""

    title: str
    who: str
    at: datetime
    note: str
    tone: str
    link: str
    is_public: bool


@dataclass(frozen=True)
class PaperGroup:
    """The photos of one paper or photo question."""

    label: str
    photos: Sequence[CaseMaterial]


@dataclass(frozen=True)
class Block:
    """Answers that belong together: the form, or what was filled in during one step."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class CasePage:
    """A case as shown.

    steps: names of the stations; current: number of the present one, after the last when it is done; holder: who has
    it now; due_on: last day of whoever has it; missing: what an office asked for, label and note; urge_from: first day on which
    she may urge.
    """

    loaded: Loaded
    steps: Sequence[str]
    current: int
    holder: str
    due_on: date | None
    is_late: bool
    next_words: str
    blocks: Sequence[Block]
    papers: Sequence[PaperGroup]
    history: Sequence[Happening]
    missing: Sequence[tuple[str, str]]
    acts: Sequence[Act]
    urge_from: date | None = None

    @property
    def may_urge(self) -> bool:
        """Whether she may urge today."""
        return self.urge_from is not None and self.urge_from <= local_date(self.loaded.at)

    @property
    def is_over(self) -> bool:
        """Whether the case has ended."""
        return self.loaded.case.state in FINAL

    @property
    def result_link(self) -> str:
        """Where the result is to be had, once the case is granted."""
        if self.loaded.case.state != CaseState.APPROVED:
            return ""
        return next((item.link for item in self.history if item.link), "")


def case_page(loaded: Loaded, *, is_masked: bool, sees_all: bool) -> CasePage:
    """Everything a page of the case shows. is_masked: numbers starred; sees_all: notes for the office too."""
    case = loaded.case
    due_on = last_day(case.due_at) if case.due_at is not None else None
    step = loaded.step
    return CasePage(
        loaded=loaded,
        steps=step_names(loaded),
        current=_current(loaded),
        holder=holder_words(loaded),
        due_on=due_on,
        is_late=case.due_at is not None and case.due_at <= loaded.at,
        next_words=_next_words(loaded),
        blocks=_blocks(loaded, is_masked, sees_all),
        papers=_papers(loaded, sees_all),
        history=_history(loaded, sees_all),
        missing=missing_now(loaded)
        if case.state == CaseState.SUPPLEMENT and step and step.who is Who.DESK
        else (),
        acts=loaded.acts(),
        urge_from=may_urge_from(loaded) if Act.URGE in loaded.acts() else None,
    )


_TONES = {
    **dict.fromkeys((Act.REFUSE, Act.RETURN, Act.DISAGREE), "bad"),
    **dict.fromkeys((Act.APPROVE, Act.AGREE, Act.SUBMIT, Act.RESUBMIT), "done"),
}


def step_names(loaded: Loaded) -> list[str]:
    """The stations of the case as one line, ending with the result."""
    return [_("Submitted"), *(str(step.title) for step in _stations(loaded)), _("Result")]


def _stations(loaded: Loaded) -> list[Step]:
    """Every step; of a case that ended without being granted only those it came to, so that none looks done."""
    steps = list(loaded.definition.steps)
    if loaded.case.state not in ENDED_WITHOUT:
        return steps
    seen = set(loaded.case.events.values_list("step", flat=True))
    return [step for step in steps if step.key in seen]


def _current(loaded: Loaded) -> int:
    total = len(_stations(loaded))
    if loaded.case.state == CaseState.APPROVED:
        return total + 3
    if loaded.case.state in FINAL:
        return total + 2
    return 1 + loaded.definition.step_number(loaded.case.step)


def holder_words(loaded: Loaded) -> str:
    """Who has the case now, in words."""
    case = loaded.case
    if case.state in FINAL or case.state == CaseState.DRAFT:
        return ""
    if case.state == CaseState.SUPPLEMENT:
        return _("You") if Side.APPLICANT in loaded.sides else _("The applicant")
    union = union_name(case.path)
    if case.assignee_id is None:
        return union
    name = User.objects.filter(pk=case.assignee_id).values_list("name", flat=True).first() or ""
    return f"{union} · {name}" if name else union


def _next_words(loaded: Loaded) -> str:
    """What comes next, in a sentence."""
    state, step = CaseState(loaded.case.state), loaded.step
    if state is CaseState.OPEN and step is not None:
        general = _("The office decides in the step “%(step)s”; you will be told.")
        return str(step.for_applicant) or general % {"step": step.title}
    if state is CaseState.SUPPLEMENT and step is not None:
        if step.who is Who.APPLICANT:
            return str(step.help) or _("Fill in “%(step)s” and send it.") % {"step": step.title}
        return _("Correct what is marked and send it again.")
    if state is CaseState.HELD:
        last = loaded.case.events.filter(act=Act.HOLD).order_by("-id").first()
        words = _("On hold: %(reason)s The time limit stands still until the office goes on.")
        return words % {"reason": f"{last.note}。" if last is not None and last.note else ""}
    if state is CaseState.REFUSED and Act.APPEAL in loaded.acts():
        return _("If you do not agree, you can appeal: the union above looks at it again, with other people.")
    if state is CaseState.REFUSED:
        return _(
            "If you do not agree, you can turn to the union above, or apply again with what was missing."
        )
    return ""


def _blocks(loaded: Loaded, is_masked: bool, sees_all: bool) -> list[Block]:
    form = loaded.data.form
    asked = visible_fields(loaded.definition, form)
    numbers = loaded.handler.numbers(form)
    found = []
    for section in loaded.definition.sections:
        fields = [field for field in section.fields if field.key in asked]
        lines = shown_lines(fields, form, is_masked=is_masked, numbers=numbers)
        if lines:
            found.append(Block(str(section.title), lines))
    for step in loaded.definition.steps:
        fields = [field for field in step.form if sees_all or step.who is Who.APPLICANT or field.is_public]
        lines = shown_lines(fields, loaded.data.steps.get(step.key, {}), is_masked=is_masked)
        if lines:
            found.append(Block(str(step.title), lines))
    return found


def _papers(loaded: Loaded, sees_all: bool) -> list[PaperGroup]:
    labels = labels_of(loaded.definition)
    hidden = frozenset() if sees_all else inner_slots(loaded.definition)
    found = photos_of(loaded.case).items()
    return [PaperGroup(labels.get(slot, slot), photos) for slot, photos in found if slot not in hidden]


def _history(loaded: Loaded, sees_all: bool) -> list[Happening]:
    rows = loaded.case.events.order_by("-id")
    return [_happening(loaded, row) for row in rows if sees_all or row.is_public]


@dataclass(frozen=True)
class VoiceNow:
    """One voice of the present step: whose it is, and who gave it how; agrees: None while it is open."""

    key: str
    title: str
    agrees: bool | None
    who: str


def voices_of(loaded: Loaded) -> list[VoiceNow]:
    """The departments or signatures of the present step, in order; empty for a step of one voice."""
    step = loaded.step
    if step is None or not step.voices:
        return []
    given = {one.voice: one for one in spoken(loaded)}
    users = User.objects.in_bulk([one.user_id for one in given.values() if one.user_id])
    found = []
    for voice in step.voices:
        one = given.get(voice.key)
        who = users[one.user_id].name if one is not None and one.user_id in users else ""
        found.append(VoiceNow(voice.key, str(voice.title), one.agrees if one else None, who))
    return found


def _happening(loaded: Loaded, row: CaseEvent) -> Happening:
    act = Act(row.act)
    title = str(act.label)
    names = {step.key: str(step.title) for step in loaded.definition.steps}
    if act is Act.RESUBMIT and row.step in names and loaded.definition.step(row.step).who is Who.APPLICANT:
        title = f"{names[row.step]}：{Act.SUBMIT.label}"
    elif act is Act.APPROVE and row.step in names:
        title = f"{names[row.step]}：{title}"
    if act in {Act.AGREE, Act.DISAGREE} and row.step in names:
        voices = {voice.key: str(voice.title) for voice in loaded.definition.step(row.step).voices}
        title = f"{voices.get(str(row.data.get('voice', '')), names[row.step])}：{title}"
    if act is Act.APPEAL:
        title = _("Appeal to %(union)s") % {"union": union_name(str(row.data.get("to", "")))}
    if act is Act.FORWARD:
        title = _("Forwarded to %(union)s") % {"union": union_name(str(row.data.get("to", "")))}
    if act is Act.RATE:
        title = f"{title} {'★' * int(row.data.get('rating', 0))}"
    tone = _TONES.get(act, "")
    note = "；".join(part for part in (row.note, str(row.data.get("result", ""))) if part)
    link = str(row.data.get("link", ""))
    return Happening(title, row.actor_name, row.at, note, tone, link, row.is_public)


def missing_now(loaded: Loaded) -> list[tuple[str, str]]:
    """What the last return asked for: label and note, in the order of the form."""
    asked = missing_keys(loaded)
    labels = labels_of(loaded.definition)
    return [(labels[key], note) for key, note in asked.items() if key in labels]


def missing_keys(loaded: Loaded) -> dict[str, str]:
    """The same by key."""
    last = loaded.case.events.filter(act=Act.RETURN, to_state=CaseState.SUPPLEMENT).order_by("-id").first()
    return dict(last.data.get("missing", {})) if last is not None else {}


def to_correct(loaded: Loaded) -> set[str]:
    """Keys of the questions a supplement shows: those named, and those that depend on one of them."""
    named = set(missing_keys(loaded))
    shown = set(named)
    for section in loaded.definition.sections:
        for field in section.fields:
            if (fields_in(field.visible_if) | fields_in(section.visible_if)) & shown:
                shown.add(field.key)
    return shown


def forward_targets(loaded: Loaded) -> list[TradeUnion]:
    """Unions a case may be handed to without searching: those above and the neighbours, nearest first."""
    above = ancestors(loaded.case.path)
    here = TradeUnion.objects.filter(path=loaded.case.path).only("parent_id").first()
    unions = TradeUnion.objects.exclude(state=UnionState.CLOSED).exclude(path=loaded.case.path)
    parents = list(unions.filter(path__in=above).order_by("-depth"))
    beside = unions.filter(parent_id=here.parent_id) if here and here.parent_id else unions.none()
    neighbours = list(beside.order_by("name", "id")[:60])
    below = list(unions.filter(parent__path=loaded.case.path).order_by("name", "id")[:200])
    return [*parents, *neighbours, *below]
