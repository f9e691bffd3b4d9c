"""The guide itself: from a question to at most five answers with a score and reasons, or an honest “I do not know”.

Three things are asked of a question: which entries share its rare words (index), which field it belongs to (topics), and
whether it names an article or a place outright. A logistic curve for each kind turns word match and field into the
probability that the answer is right; its numbers are fitted on the training part (docs/rules/guide.md, bench/guide.py).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from smartunion.systems.guide.retrieval import articles, sayings
from smartunion.systems.guide.retrieval.entries import Entry, Kind
from smartunion.systems.guide.retrieval.index import Hit, Index, Tuning
from smartunion.systems.guide.retrieval.sayings import Saying
from smartunion.systems.guide.retrieval.text import clean, terms, without_fillers
from smartunion.systems.guide.retrieval.topics import Topics

#: Fields that are a union's own business.
OURS: Final = frozenset({"劳动和社会保障", "劳动纠纷"})
#: For the union's own business a person stands behind the answers, not before them: what she counts against a service.
HELPER: Final = 0.3
#: Whoever says what she wants done is led to the service, the article beside it: what that counts then.
BESIDE: Final = 0.7
_ACT: Final = re.compile("举报|投诉|申请|办理|报名|领取|反映|登记|想要?办|帮我")
#: At most so many of a kind among the answers; whoever takes it over always has a place.
MOST: Final = {Kind.NOTE: 1, Kind.SERVICE: 2, Kind.RULE: 3, Kind.PLACE: 2, Kind.PERSON: 2}
_WHERE: Final = re.compile(
    "哪里|在哪|地址|附近|最近的|怎么走|电话|几点上班|上班时间|办公室|位置|导航|多远|联系方式"
)
_JOINTS: Final = re.compile("^(?:个月|个|的|了|在|是|和|我|就)+|(?:的|了|在|是|和)+$")
_UNION: Final = re.compile("工会|职工之家|服务中心|办事处|驿站")


@dataclass(frozen=True)
class Curve:
    """Logistic curve: probability from share of the question matched, points of the index, and field.

    p = 1 / (1 + exp(−(base + share·s + points·ln(1+score) + ours·P(our business)))).
    """

    base: float
    share: float
    points: float
    ours: float

    def at(self, hit: Hit, ours: float) -> float:
        """Probability that the entry answers the question, 0–1."""
        total = self.base + self.share * hit.share + self.points * math.log1p(hit.score) + self.ours * ours
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


CURVES: Final = {
    Kind.SERVICE: Curve(-7.0, 4.1, 2.8, -1.1),
    Kind.RULE: Curve(-12.0, 4.5, 2.9, 0.6),
}


@dataclass(frozen=True)
class Reason:
    """Why an answer stands here. code: "words", "meant", "named", "place", "field", "last"; values fill its sentence."""

    code: str
    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Found:
    """One answer: score is the probability that it is right, 0–1."""

    entry: Entry
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Answers:
    """What the guide says. is_sure: at least one answer is likely enough; otherwise it says so and hands over."""

    rows: tuple[Found, ...]
    is_sure: bool
    ours: float


class Guide:
    """Entries, fields and sayings, ready to be asked; holds no question."""

    def __init__(
        self, entries: Iterable[Entry], topics: Topics, said: Sequence[Saying], *, tuning: Tuning | None = None,
        curves: Mapping[Kind, Curve] = CURVES, sure: float = 0.3, before: "Guide | None" = None,
    ) -> None:  # fmt: skip
        """before: the guide this one takes over from; an index whose entries are the same is taken along."""
        by_kind: dict[Kind, list[Entry]] = {kind: [] for kind in Kind}
        for entry in entries:
            by_kind[entry.kind].append(entry)
        # Short answers share the index of the services: alone they would be too few to tell rare words from common ones.
        contents = {
            Kind.SERVICE: (*by_kind[Kind.SERVICE], *by_kind[Kind.NOTE]), Kind.RULE: tuple(by_kind[Kind.RULE]),
            Kind.PLACE: tuple(by_kind[Kind.PLACE]),
        }  # fmt: skip
        self.tuning: Tuning | None = tuning
        kept: dict[Kind, Index] = before.indexes if before is not None and before.tuning == tuning else {}
        self.indexes: dict[Kind, Index] = {
            kind: kept[kind] if kind in kept and kept[kind].entries == entries else Index(entries, tuning)
            for kind, entries in contents.items()
        }
        self.people = {entry.id: entry for entry in by_kind[Kind.PERSON]}
        self.topics, self.said, self.curves, self.sure = topics, tuple(said), curves, sure

    def answer(self, question: str, *, limit: int = 5) -> Answers:
        """At most `limit` answers, the likeliest first; the last is somebody to go to. question: as typed."""
        text = clean(question)
        if not terms(text):
            return Answers((), False, 0.0)
        fields = {guess.id: guess.probability for guess in self.topics.guess(text)}
        ours = sum(fields.get(field, 0.0) for field in OURS)
        heard = sayings.heard(text, self.said)
        found = [*self._matching(text, heard, ours), *self._named(text), *self._places(text)]
        people = self._people(text, fields, max((one.score for one in found), default=0.0))
        rows = _chosen([*found, *people], limit)
        return Answers(tuple(rows), any(row.score >= self.sure for row in rows), ours)

    def known(self, kind: str, id: str) -> bool:  # noqa: A002  an entry's id is called id
        """Whether there is such an entry."""
        if kind == Kind.PERSON:
            return id in self.people
        return any(
            (entry.kind, entry.id) == (kind, id) for index in self.indexes.values() for entry in index.entries
        )

    def _matching(self, text: str, heard: list[tuple[str, str]], ours: float) -> list[Found]:
        question = sayings.weighted(without_fillers(text), (meant for _, meant in heard))
        share = {Kind.RULE: BESIDE} if _ACT.search(text) else {}
        return [
            Found(
                index.entries[hit.at],
                curve.at(hit, ours) * share.get(kind, 1),
                self._why(index, hit, text, heard),
            )
            for kind, curve in self.curves.items()
            for index in [self.indexes[kind]]
            for hit in index.search(question, 6)
        ]

    def _why(self, index: Index, hit: Hit, text: str, heard: list[tuple[str, str]]) -> tuple[Reason, ...]:
        entry = index.entries[hit.at]
        whole = f"{entry.title}{entry.text}{entry.words}"
        reasons = [Reason("meant", said, meant) for said, meant in heard if meant in whole][:2]
        shared = longest_shared(without_fillers(text), f"{whole}{''.join(entry.examples)}")
        if shared:
            reasons.append(Reason("words", "、".join(shared)))
        return tuple(reasons)

    def _named(self, text: str) -> list[Found]:
        wanted = articles.named(text)
        if not wanted:
            return []
        return [
            Found(entry, 0.99, (Reason("named", entry.title),))
            for entry in self.indexes[Kind.RULE].entries
            for law, number in wanted
            if entry.id.endswith(f"#{number}") and law.endswith(entry.id.partition("#")[0])
        ]  # fmt: skip

    def _places(self, text: str) -> list[Found]:
        cue, about = _WHERE.search(text), _UNION.search(text)
        if not cue or not about:
            return []
        index = self.indexes[Kind.PLACE]
        hits = index.search(dict.fromkeys(terms(without_fillers(_WHERE.sub(" ", text))), 1.0), 3)
        return [
            Found(index.entries[hit.at], 0.9 - 0.1 * at, (Reason("place", cue[0]),))
            for at, hit in enumerate(hits)
        ]

    def _people(self, text: str, fields: Mapping[str, float], best: float) -> list[Found]:
        likely = [field for field in fields if field in self.people][:4]
        return [
            Found(
                self.people[field], fields[field] * (HELPER if field in OURS else 1) * (1 - 0.6 * best),
                (Reason("field", field, "、".join(self.topics.why(text, field))),),
            )
            for field in likely
        ]  # fmt: skip


def _chosen(found: list[Found], limit: int) -> list[Found]:
    ordered = sorted(found, key=lambda one: (-one.score, one.entry.kind, one.entry.id))
    rows: list[Found] = []
    for one in ordered:
        same = [row for row in rows if row.entry.kind is one.entry.kind]
        if len(same) < MOST[one.entry.kind] and all(row.entry.id != one.entry.id for row in same):
            rows.append(one)
    kept = rows[:limit]
    person = next((row for row in rows if row.entry.kind is Kind.PERSON), None)
    if person is not None and person not in kept and limit > 1:
        kept = [*kept[: limit - 1], person]
    return kept


def longest_shared(question: str, text: str, most: int = 3) -> list[str]:
    """The longest pieces of two and more characters that question and text share, in the question's order.

    Words that only join others are cut off at both ends, so that 三个月工资 gives 工资 and not 个月工资.
    """
    pieces: list[str] = []
    at = 0
    while at < len(question) - 1:
        end = at + 2
        if question[at:end] not in text or question[at:end].strip() != question[at:end]:
            at += 1
            continue
        while end < len(question) and question[at : end + 1] in text and question[end] != " ":
            end += 1
        if len(piece := _JOINTS.sub("", question[at:end])) > 1:
            pieces.append(piece)
        at = end
    best = sorted(dict.fromkeys(pieces), key=len, reverse=True)[:most]
    return [piece for piece in dict.fromkeys(pieces) if piece in best]
