"""What a case holds under seal: answers, officers' fields, who to reach, where it came from."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

#: Answers as checked: JSON values keyed by question.
Values = dict[str, object]


@dataclass(frozen=True)
class Contact:
    """Whom to tell when the applicant has no record here: name and mobile as given."""

    name: str = ""
    mobile: str = ""


NO_CONTACT = Contact()


@dataclass(frozen=True)
class CaseData:
    """The sealed content of one case.

    form: the applicant's answers (raw text while a draft); steps: fields filled in later, by step; context: ids the
    case was started from (a finding, a drive), as text; pending: what the applicant has typed of a supplement or of
    her own step and not sent yet, raw.
    """

    form: Values = field(default_factory=dict)
    steps: dict[str, Values] = field(default_factory=dict)
    context: dict[str, str] = field(default_factory=dict)
    contact: Contact = NO_CONTACT
    pending: Values = field(default_factory=dict)

    def dump(self) -> str:
        """As stored."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, stored: str) -> "CaseData":
        """From what is stored; an empty text is an empty case."""
        if not stored:
            return cls()
        held: dict[str, Any] = json.loads(stored)  # our own JSON, written by dump
        return cls(held["form"], held["steps"], held["context"], Contact(**held["contact"]), held["pending"])

    def answers(self) -> Values:
        """Every answer so far, officers' fields included: what conditions of later steps look at."""
        merged = dict(self.form)
        for values in self.steps.values():
            merged |= values
        return merged
