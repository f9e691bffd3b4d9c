"""Word index with weighted fields (BM25F): which entries share rare terms with a question.

Score of an entry: for each term t of the question, weight(t) · idf(t) · tf / (k + tf), where tf adds the term's counts
in the fields, each divided by how long the field is against the average and multiplied by the field's weight.
Source: Robertson, Zaragoza: The Probabilistic Relevance Framework (2009), 3.6; the constants are chosen on the training
part of the questions (docs/rules/guide.md).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smartunion.systems.guide.retrieval.entries import Entry
from smartunion.systems.guide.retrieval.text import clean, terms


@dataclass(frozen=True)
class Tuning:
    """Weights of the fields and shape of the curve.

    saturation: k of BM25; length: b of BM25, 0 ignores how long a field is.
    """

    title: float = 2.0
    words: float = 3.0
    examples: float = 2.0
    heading: float = 0.6
    text: float = 1.0
    saturation: float = 1.2
    length: float = 0.5


#: BM25 as in the textbook: everything in one field. What the guide is measured against.
PLAIN = Tuning(title=1, words=1, examples=0, heading=0, text=1, saturation=1.2, length=0.75)
FIELDS = ("title", "words", "examples", "heading", "text")


@dataclass(frozen=True)
class Hit:
    """An entry found. score: as the index counts; share: part of the question's weight it matches, 0–1."""

    at: int
    score: float
    share: float


class Index:
    """Entries by term. Building costs about 25 µs for each ten characters; asking touches only the question's terms."""

    def __init__(self, entries: Sequence[Entry], tuning: Tuning | None = None) -> None:
        self.entries = tuple(entries)
        self.tuning = tuning or Tuning()
        self._postings = self._built()

    def _built(self) -> dict[str, tuple[NDArray[np.int32], NDArray[np.float32], float]]:
        counts = [[Counter(terms(clean_field(entry, field))) for field in FIELDS] for entry in self.entries]
        averages = [
            sum(row[at].total() for row in counts) / max(1, sum(bool(row[at]) for row in counts))
            for at in range(len(FIELDS))
        ]
        raw: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, row in enumerate(counts):
            for term, weight in self._weighted(row, averages).items():
                raw[term].append((number, weight))
        total = len(self.entries)
        return {term: self._posting(found, total) for term, found in raw.items()}

    def _weighted(self, row: list[Counter[str]], averages: list[float]) -> dict[str, float]:
        tuning, found = self.tuning, defaultdict[str, float](float)
        for at, field in enumerate(FIELDS):
            weight = getattr(tuning, field)
            if not weight or not row[at]:
                continue
            norm = 1 - tuning.length + tuning.length * row[at].total() / averages[at]
            for term, count in row[at].items():
                found[term] += weight * count / norm
        return found

    def _posting(
        self, found: list[tuple[int, float]], total: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32], float]:
        tf = np.array([weight for _, weight in found], dtype=np.float32)
        idf = math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
        impact = idf * tf / (self.tuning.saturation + tf)
        return np.array([number for number, _ in found], dtype=np.int32), impact.astype(np.float32), idf

    def idf(self, term: str) -> float:
        """How rare a term is; 0 for one that no entry has."""
        posting = self._postings.get(term)
        return posting[2] if posting else 0.0

    def search(self, question: Mapping[str, float], limit: int = 20) -> list[Hit]:
        """The best entries for weighted terms, best first; ties in the order of the entries."""
        if not self.entries:
            return []
        scores = np.zeros(len(self.entries), dtype=np.float32)
        most = 0.0
        for term, weight in question.items():
            posting = self._postings.get(term)
            if posting is not None:
                scores[posting[0]] += weight * posting[1]
                most += weight * posting[2]
        if not most:
            return []
        count = min(limit, len(self.entries))
        best = np.argpartition(-scores, count - 1)[:count]
        order = best[np.lexsort((best, -scores[best]))]
        return [Hit(int(at), float(scores[at]), float(scores[at]) / most) for at in order if scores[at] > 0]

    def shared(self, at: int, question: Iterable[str]) -> list[str]:
        """The question's terms an entry has, the rarest first."""
        found = [
            term for term in dict.fromkeys(question)
            if (posting := self._postings.get(term)) is not None and at in posting[0]
        ]  # fmt: skip
        return sorted(found, key=lambda term: -self.idf(term))


def clean_field(entry: Entry, field: str) -> str:
    """One field of an entry as cleaned text of any length."""
    value = getattr(entry, field)
    text = "，".join(value) if isinstance(value, tuple) else value
    return " ".join(clean(text[at : at + 600]) for at in range(0, len(text), 600))
