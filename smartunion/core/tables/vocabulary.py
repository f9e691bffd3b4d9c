"""What sheets can hold: kinds with their fields, registered by the rooms that own them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from django.utils.functional import Promise

from smartunion.core.tables.labels import bare_label, fold_label
from smartunion.core.tables.parsers import Context, Parsed, Parser
from smartunion.core.tables.problems import Issue

#: Tells by one text whether a column may hold this field.
Detector = Callable[[str], bool]
#: Looks at the parsed values of a record; returns (field key, issue) for what does not fit together.
RecordCheck = Callable[[Mapping[str, object], Context], Iterable[tuple[str, Issue]]]
#: Chooses the parser of a field by the raw texts of the record, by field key.
ParserChoice = Callable[[Mapping[str, str]], Parser]

UNKNOWN = "unknown"


def called(names: str) -> tuple[str, ...]:
    """Names told apart by |: what columns are called, what titles say."""
    return tuple(names.split("|"))


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field a column can be mapped to.

    key: stable, lowercase English. label: shown to people. labels: what columns are called in real files; notes in
    brackets, blanks and marks need not be repeated. required: a record without it is refused. identifier: it says
    who the record is about, so a record with a refused value is refused as a whole. detect: content check.
    by_content: when the content alone is enough: never, in columns without label, or under any unknown label.
    tell: how much the field speaks for its kind beyond an ordinary field (0–3). parser_for: chooses another parser
    by the other cells of the record.
    """

    key: str
    label: Promise | str
    labels: tuple[str, ...]
    parser: Parser
    required: bool = False
    identifier: bool = False
    detect: Detector | None = None
    by_content: Literal["never", "unlabelled", "always"] = "never"
    tell: float = 0.0
    parser_for: ParserChoice | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of sheet.

    signatures: a sheet is of this kind when all fields of any one of them were found; weak_signatures count too when
    a title, sheet or file name holds one of the hints. checks: run over every record.
    """

    key: str
    label: Promise | str
    fields: tuple[FieldSpec, ...]
    signatures: tuple[frozenset[str], ...]
    hints: tuple[str, ...] = ()
    weak_signatures: tuple[frozenset[str], ...] = ()
    checks: tuple[RecordCheck, ...] = ()
    subjects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keys = [spec.key for spec in self.fields]
        unknown = set().union(*self.signatures, *self.weak_signatures) - set(keys)
        if len(set(keys)) != len(keys) or unknown:
            raise ValueError(
                f"kind {self.key}: repeated field or unknown field in a signature: {sorted(unknown)}"
            )

    @cached_property
    def by_key(self) -> dict[str, FieldSpec]:
        """The fields by key."""
        return {spec.key: spec for spec in self.fields}

    @cached_property
    def own_words(self) -> re.Pattern[str]:
        """The subjects at the beginning of a label."""
        words = "|".join(map(re.escape, (*self.subjects, "所在", "所属", "现", "本", "的")))
        return re.compile(f"^(?:{words})+")

    @cached_property
    def by_label(self) -> dict[str, FieldSpec]:
        """The fields by every folded label; the first field that claims a label keeps it."""
        found: dict[str, FieldSpec] = {}
        for spec in self.fields:
            for label in (*spec.labels, spec.key):
                found.setdefault(fold_label(label), spec)
        return found


@dataclass
class Vocabulary:
    """The kinds known to one program."""

    _kinds: dict[str, Kind] = field(default_factory=dict)
    _words: frozenset[str] | None = None

    def register(self, *kinds: Kind) -> None:
        """Add kinds; the same kind twice is fine, another kind under a taken key raises ValueError."""
        for kind in kinds:
            if self._kinds.setdefault(kind.key, kind) is not kind:
                raise ValueError(f"a kind with the key {kind.key!r} is registered already")
        self._words = None

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def __getitem__(self, key: str) -> Kind:
        return self._kinds[key]

    def __contains__(self, key: object) -> bool:
        return key in self._kinds

    @property
    def words(self) -> frozenset[str]:
        """Every label of every field, folded."""
        if self._words is None:
            self._words = frozenset().union(*(kind.by_label for kind in self))
        return self._words

    def knows_label(self, label: str) -> bool:
        """Whether some field of some kind is called this, notes aside."""
        return bare_label(label) in self.words or fold_label(label) in self.words


#: Filled by the rooms when the program starts (AppConfig.ready()).
vocabulary = Vocabulary()

__all__ = [
    "UNKNOWN", "Detector", "FieldSpec", "Kind", "Parsed", "Parser", "ParserChoice", "RecordCheck", "Vocabulary",
    "vocabulary",
]  # fmt: skip
