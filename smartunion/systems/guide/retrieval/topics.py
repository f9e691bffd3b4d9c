"""Which field a question belongs to: naive Bayes over pairs of characters, learned from words and examples.

P(field | question) ∝ ∏ P(term | field), every field as likely as the next before a word is read, terms counted once,
Laplace smoothing; the product is dampened by the root of its length because neighbouring pairs repeat one another.
Source: Manning, Raghavan, Schütze: Introduction to Information Retrieval (2008), 13.2. `why` names the terms that decided.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from smartunion.systems.guide.retrieval.text import clean, terms, without_fillers

#: Added to every count, so that a term never seen in a field does not rule it out.
SMOOTHING = 0.3
#: What a listed word counts against a word of one example: lists are chosen, examples are chatter.
LISTED = 8


@dataclass(frozen=True)
class Guess:
    """One field with its probability, 0–1; the probabilities of all fields add up to 1."""

    id: str
    probability: float


class Topics:
    """A classifier; learning is counting, so a thousand examples take milliseconds."""

    def __init__(
        self,
        words: Mapping[str, str],
        examples: Iterable[tuple[str, str]] = (),
        *,
        smoothing: float = SMOOTHING,
    ) -> None:
        """words: field → its everyday words, blank between; examples: (question, field). Unknown fields are left out."""
        self.ids = tuple(words)
        self._smoothing = smoothing
        counts: dict[str, Counter[str]] = {
            topic: Counter({term: LISTED * count for term, count in _listed(text).items()})
            for topic, text in words.items()
        }
        for question, topic in examples:
            if topic in counts:
                counts[topic].update(set(terms(without_fillers(clean(question)))))
        self._learn(counts)

    def _learn(self, counts: Mapping[str, Counter[str]]) -> None:
        names: dict[str, int] = {}
        for topic in self.ids:
            for term in counts[topic]:
                names.setdefault(term, len(names))
        table = np.full((len(names), len(self.ids)), self._smoothing)
        for at, topic in enumerate(self.ids):
            for term, count in counts[topic].items():
                table[names[term], at] += count
        self._names = names
        self._log = np.log(table / table.sum(axis=0))

    def guess(self, question: str) -> list[Guess]:
        """Every field, the likeliest first. question: cleaned."""
        known = [
            self._names[term]
            for term in dict.fromkeys(terms(without_fillers(question)))
            if term in self._names
        ]
        total = self._log[known].sum(axis=0) / max(1.0, len(known) ** 0.5 / 2)
        share = np.exp(total - total.max())
        share /= share.sum()
        return [Guess(self.ids[at], float(share[at])) for at in np.argsort(-share, kind="stable")]

    def why(self, question: str, topic: str) -> list[str]:
        """The question's terms that speak most for a field against the average of all, best first, at most three."""
        at = self.ids.index(topic)
        gains = defaultdict[str, float](float)
        for term in dict.fromkeys(terms(without_fillers(question))):
            if term in self._names:
                row: NDArray[np.float64] = self._log[self._names[term]]
                gains[term] = float(row[at] - row.mean())
        return [term for term in sorted(gains, key=lambda one: -gains[one]) if gains[term] > 0][:3]


def _listed(text: str) -> Counter[str]:
    return Counter(term for word in text.split() for term in set(terms(word)))
