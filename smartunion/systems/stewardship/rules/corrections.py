"""Corrections: what may happen to a difference between a department's value and ours. Pure."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.crypto.masking import mask_phone


class State(TextChoices):
    """Where a correction stands; gone: the values agree again, or the extract says nothing any more."""

    OPEN = "open", _("To decide")
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    KEPT = "kept", _("Ours kept")
    TAKEN = "taken", _("Theirs taken")
    WRITTEN = "written", _("Both were wrong")
    GONE = "gone", _("Agree again")


class Act(TextChoices):
    """What somebody did about one; auto: taken unasked, as the policy says."""

    TAKE = "take", _("Take theirs")
    KEEP = "keep", _("Keep ours")
    WRITE = "write", _("Write the right one")
    ASK = "ask", pgettext_lazy("record", "Ask the union")
    ANSWER = "answer", _("Answer")
    AUTO = "auto", _("Taken unasked")


class Answer(TextChoices):
    """What a union says when asked."""

    THEIRS = "theirs", _("The department is right")
    OURS = "ours", _("The registry is right")
    OTHER = "other", _("Neither is right")


WORK = frozenset({State.OPEN, State.ASKED, State.ANSWERED})
#: act → states in which it may be done
MAY: dict[Act, frozenset[State]] = {
    Act.TAKE: WORK | {State.KEPT, State.WRITTEN}, Act.KEEP: WORK, Act.WRITE: WORK | {State.KEPT}, Act.ASK: frozenset({State.OPEN}),
    Act.ANSWER: frozenset({State.ASKED, State.ANSWERED}), Act.AUTO: frozenset({State.OPEN}),
}  # fmt: skip
LEADS_TO: dict[Act, State] = {
    Act.TAKE: State.TAKEN, Act.AUTO: State.TAKEN, Act.KEEP: State.KEPT, Act.WRITE: State.WRITTEN, Act.ASK: State.ASKED,
    Act.ANSWER: State.ANSWERED,
}  # fmt: skip


def after_difference(state: State, *, theirs_changed: bool) -> State:
    """Where a correction stands when a comparison tells the difference again.

    What was kept or written stays quiet until the department's value changes; a question about an older value is void.
    What was taken and differs all the same was changed since, here or there: it is asked about anew.
    """
    if state in {State.TAKEN, State.GONE}:
        return State.OPEN
    return State.OPEN if theirs_changed else state


def after_agreement(state: State) -> State:
    """Where it stands when a comparison tells no difference any more."""
    return State.TAKEN if state == State.TAKEN else State.GONE


@dataclass(frozen=True)
class Field:
    """A field that is compared: what it is called, and whether its value is hidden until somebody gives a reason."""

    key: str
    label: str | Promise
    is_sealed: bool = False


FIELDS: dict[str, Field] = {
    one.key: one
    for one in (
        Field("name", _("Name")), Field("uscc", _("Credit code")), Field("old_reg_no", _("15-digit registration number")),
        Field("state", _("State")), Field("address", _("Address")), Field("legal_person", _("Legal representative")),
        Field("staff_count", _("Staff")), Field("resident_id", _("ID number"), is_sealed=True),
        Field("mobile", _("Mobile number"), is_sealed=True),
    )
}  # fmt: skip


class Evidence(TextChoices):
    """What a match must rest on before a value is taken unasked."""

    CODE = "code", _("The same credit code or register number")
    CERTAIN = "certain", _("Any match that is certain enough")


@dataclass(frozen=True)
class Policy:
    """What may be taken unasked. chosen: key of TAKEN; certainty: 0–1, of the match."""

    chosen: str
    evidence: Evidence
    certainty: float


_REGISTER = frozenset({("legal_person", "market"), ("address", "market"), ("old_reg_no", "market")})
#: choice of the policy → (field, table) taken unasked
TAKEN: dict[str, frozenset[tuple[str, str]]] = {
    "none": frozenset(), "representative": frozenset({("legal_person", "market")}), "register": _REGISTER,
    "counts": _REGISTER | {("staff_count", "social")},
}  # fmt: skip
_BY_CODE = frozenset({"register_id", "code"})


def is_taken_unasked(policy: Policy, *, field: str, table: str, rule: str, confidence: float) -> bool:
    """Whether the policy lets this be taken over without a person. Data of people never is."""
    if (field, table) not in TAKEN[policy.chosen] or confidence < policy.certainty:
        return False
    return policy.evidence == Evidence.CERTAIN or rule in _BY_CODE


#: How a record and a row were matched → words.
MATCHED: dict[str, str | Promise] = {
    "register_id": _("same number in the register"), "code": _("same credit code"),
    "organisation_code": _("same organisation code"), "old_number": _("same old registration number"),
    "repaired_code": _("code with one slip, name fits"), "name": _("same name"),
    "name_normalised": _("same name, written otherwise"), "name_part": _("same name but for region or legal form"),
    "name_mistyped": _("name with one wrong character"), "name_short": _("short name"), "people": _("members insured there"),
    "code_against_name": _("same credit code, other name"), "name_against_code": _("same name, other credit code"),
    "person": _("confirmed by a person"), "same_id": _("same ID number and name"),
    "same_id_name_alike": _("same ID number, name alike"), "near_id": _("same name, ID number with one slip"),
    "name_phone": _("same name and phone"), "name_employer": _("same name and employer"),
}  # fmt: skip


#: So many places of a sealed value may be shown because they differ.
FEW = 2


def side_by_side(field: str, ours: str, theirs: str) -> tuple[str, str]:
    """Both values as a screen may show them: of sealed ones only the ends, and the places where they differ if they are
    few (a slip of the pen); two different numbers are hidden as everywhere.
    """
    if field not in FIELDS or not FIELDS[field].is_sealed:
        return ours, theirs
    differing = {at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other}
    if len(ours) != len(theirs) or len(differing) > FEW:
        return _hidden(field, ours), _hidden(field, theirs)
    shown = {0, 1, 2, len(ours) - 1, len(ours) - 2} | differing
    return _stars(ours, shown), _stars(theirs, shown)


def _hidden(field: str, value: str) -> str:
    return (
        mask_phone(value) if field == "mobile" else _stars(value, {0, 1, 2, len(value) - 2, len(value) - 1})
    )


def _stars(value: str, shown: set[int]) -> str:
    if len(value) < 7:
        return "*" * len(value)
    return "".join(letter if at in shown else "*" for at, letter in enumerate(value))
