"""The steps of a service as a picture: boxes in order, arrows on, back and to the end. Pure; a template draws it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from smartunion.engines.casework.definition import Definition, Who
from smartunion.engines.casework.rules import Act

WIDTH = 320
_BOX = 58
_GAP = 30
_LEFT = 30
_WIDE = 224


@dataclass(frozen=True)
class Box:
    """One station. x, y, width, height in units of the picture; tone: office, applicant or end."""

    x: int
    y: int
    width: int
    height: int
    title: str
    note: str
    tone: str

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + self.width // 2


@dataclass(frozen=True)
class Arrow:
    """One way: an SVG path; tone: on, jump or back."""

    path: str
    tone: str


@dataclass(frozen=True)
class Picture:
    """The whole drawing, and the same in words for those who do not see it."""

    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    words: str
    width: int = WIDTH


def picture_of(definition: Definition) -> Picture:
    """The picture of a definition's steps; steps that cannot be reached stand there without an arrow."""
    ends = [_box(0, _("Sent"), "", "end")]
    for at, step in enumerate(definition.steps, 1):
        ends.append(_box(at, str(step.title) or "…", _note(definition, at - 1), step.who.value))
    last = _box(len(definition.steps) + 1, _("Result"), "", "end")
    boxes = (*ends, last)
    rows = {step.key: at for at, step in enumerate(definition.steps, 1)}
    arrows = [_on(boxes[0], boxes[1])] if definition.steps else []
    for at, step in enumerate(definition.steps, 1):
        target = rows.get(step.next, len(boxes) - 1) if step.next else len(boxes) - 1
        arrows.append(
            _on(boxes[at], boxes[target]) if target == at + 1 else _round(boxes[at], boxes[target], "jump")
        )
        arrows += [
            _round(boxes[at], boxes[rows[branch.next]], "jump")
            for branch in step.branches
            if branch.next in rows
        ]
        if step.return_to in rows:
            arrows.append(_round(boxes[at], boxes[rows[step.return_to]], "back"))
    words = " → ".join(box.title for box in boxes)
    return Picture(len(boxes) * (_BOX + _GAP) + 8, boxes, tuple(arrows), words)


def _box(row: int, title: str, note: str, tone: str) -> Box:
    return Box(_LEFT, 4 + row * (_BOX + _GAP), _WIDE, _BOX, title[:14], note[:24], tone)


def _note(definition: Definition, at: int) -> str:
    step = definition.steps[at]
    parts = [_("the applicant") if step.who is Who.APPLICANT else ""]
    if step.voices:
        parts.append("、".join(str(voice.title) for voice in step.voices))
    if step.deadline is not None:
        days = _("%(n)s working days") if step.deadline.is_working else _("%(n)s days")
        parts.append(days % {"n": step.deadline.days})
    if Act.REFUSE not in step.acts and step.who is Who.DESK:
        parts.append(_("cannot refuse"))
    return " · ".join(part for part in parts if part)


def _on(start: Box, end: Box) -> Arrow:
    return Arrow(f"M{start.middle} {start.y + start.height}V{end.y - 3}", "on")


def _round(start: Box, end: Box, tone: str) -> Arrow:
    """Round the side: on the right for jumps, on the left for ways back."""
    right = tone == "jump"
    edge = start.x + start.width if right else start.x
    reach = edge + (34 if right else -22)
    first, last = start.y + start.height // 2 + 8, end.y + end.height // 2 - 8
    return Arrow(f"M{edge} {first}H{reach}V{last}H{edge + (3 if right else -3)}", tone)
