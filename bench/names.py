"""How well names find their organisation: real typed, former and short names against 14,000 real bodies.

    .venv/bin/python bench/names.py [--half held-out|tuning|both] [--dense 60000] [--errors 20] [--fit]

Reads ../shared/data (register samples, listed companies, labelled pairs). A quarter of the firms, chosen by hash, is
taken out of the gallery, so their queries have no right answer: linking one of them unasked is a false match. Pairs
are split in halves by hash of the firm; weights and limits were set on the tuning half, figures are quoted from the
held-out half. `--dense` adds invented firms, real regions and trades with real brand words, to see what a crowded
register does. `--fit` prints weights fitted anew on the tuning half.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import gzip
import hashlib
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
DATA = ROOT.parent / "shared" / "data"

from smartunion.systems.organising.matching.gallery import Decision, Entry, Gallery  # noqa: E402
from smartunion.systems.organising.matching.gallery_candidates import weight_of  # noqa: E402
from smartunion.systems.organising.matching.names_parse import NameParts, fold, parse  # noqa: E402
from smartunion.systems.organising.matching.names_sound import likeness  # noqa: E402


@dataclass(frozen=True)
class Query:
    """One labelled query. target: the registered name meant. kind: where the pair comes from."""

    text: str
    target: str
    kind: str

    @property
    def held_out(self) -> bool:
        """Which half the firm meant belongs to."""
        return digest(self.target) % 2 == 1


@dataclass
class Tally:
    """Counts of one kind of query."""

    counts: Counter[str] = field(default_factory=Counter)

    def share(self, what: str, of: str) -> str:
        """A ratio as text; a dash when there is nothing to divide by."""
        return f"{self.counts[what] / self.counts[of]:.3f}" if self.counts[of] else "-"


def digest(text: str) -> int:
    """A number that depends on the text alone."""
    return int(hashlib.sha1(text.encode()).hexdigest(), 16)


def rows(path: str) -> list[dict[str, str]]:
    """The rows of one data file."""
    opener: Callable[..., Iterable[str]] = gzip.open if path.endswith(".gz") else open
    with opener(DATA / path, "rt", encoding="utf-8-sig") as stream:  # type: ignore[attr-defined]
        return list(csv.DictReader(stream))


# --- data ---


@dataclass(frozen=True)
class Firm:
    """What the gallery knows of one body beside its name; empty when unknown."""

    former: str = ""
    address: str = ""


def real_firms() -> dict[str, Firm]:
    """Registered name and the rest; firms, and bodies that have abbreviations."""
    firms: dict[str, Firm] = {}
    for name in ("enterprise_register_sample", "registered_profiles_shandong"):
        for row in rows(f"companies/{name}.csv.gz"):
            firms.setdefault(row["name"], Firm(row.get("former") or "", row["address"]))
    for row in rows("companies/listed_companies.csv.gz"):
        firms.setdefault(row["full_name"], Firm())
    for row in rows("company_aliases/abbreviations_train.csv.gz"):
        if row["org_like"] == "1":
            firms.setdefault(row["full"], Firm())
    return firms


def dense_firms(firms: Iterable[str], count: int) -> list[str]:
    """Invented firms: region, trade and legal form of a real one with a real brand word."""
    rng = random.Random(3)
    with gzip.open(DATA / "companies/brand_short_forms.txt.gz", "rt", encoding="utf-8") as stream:
        brands = [brand for brand in map(str.strip, stream) if 2 <= len(brand) <= 4 and min(brand) >= "一"]
    moulds = [parts for parts in map(parse, firms) if parts.region and parts.trade and parts.legal_form]
    made: set[str] = set()
    while len(made) < count:
        mould = rng.choice(moulds)
        made.add(mould.region + mould.town + rng.choice(brands) + mould.trade + mould.legal_form)
    return sorted(made - set(firms))


def labelled_queries(firms: dict[str, Firm]) -> list[Query]:
    """All pairs whose firm is known, the firms' own names, and names with one made slip or cut."""
    found: list[Query] = []
    for row in rows("company_aliases/typed_vs_registered.csv"):
        kind = "typed, renamed since" if row["kind"] == "rename_low_overlap" else "typed by officials"
        found.append(Query(row["query"], row["target"], kind))
    for row in rows("company_aliases/former_names.csv"):
        found.append(Query(row["query"], row["target"], "former, not known"))
    kinds = {
        "short_current": "short name, listed", "short_former": "short name, earlier",
        "full_former": "former, listed", "full_other_source": "full, other source",
        "english": "English name",
    }  # fmt: skip
    for row in rows("company_aliases/listed_short_former_english.csv.gz"):
        if row["kind"] in kinds:
            found.append(Query(row["query"], row["target"], kinds[row["kind"]]))
    for row in rows("company_aliases/abbreviations_train.csv.gz"):
        if row["org_like"] == "1" and row["abbr"] and row["abbr"] not in firms:
            found.append(Query(row["abbr"], row["full"], "abbreviation of a body"))
    rng = random.Random(7)
    names = sorted(firms)
    common = sorted({char for name in names for char in name})
    for name in rng.sample(names, 3000):
        slipped = slip(name, rng, common)
        if slipped and fold(slipped) != fold(name):
            found.append(Query(slipped, name, "registered, one slip or cut"))
    found += [Query(name, name, "registered, as it is") for name in rng.sample(names, 1200)]
    return [query for query in found if query.target in firms]


def slip(name: str, rng: random.Random, common: list[str]) -> str | None:
    """The name as a hurried person may write it."""
    parts, text, dice = parse(name), fold(name), rng.random()
    at = text.find(parts.brand)
    if dice < 0.25 and parts.brand and at >= 0:
        place = at + rng.randrange(len(parts.brand))
        taken = [char for char in common if char != text[place] and likeness(char, text[place]) >= 0.55]
        return text[:place] + rng.choice(taken) + text[place + 1 :] if taken else None
    if dice < 0.4 and parts.region:
        bare = parts.region.endswith(("市", "县", "省", "区")) and len(parts.region) > 2
        return text.replace(parts.region, parts.region[:-1] if bare else parts.region + "市", 1)
    if dice < 0.55 and parts.legal_form:
        return text.replace(parts.legal_form, rng.choice(["", "公司", "有限公司", "有限责任公司"]), 1)
    if dice < 0.65 and len(parts.trade) > 2:
        place = text.find(parts.trade) + rng.randrange(len(parts.trade))
        return text[:place] + text[place + 1 :]
    if dice < 0.8 and parts.region:
        return text.replace(parts.region, "", 1)
    if dice < 0.9 and parts.region:
        return parts.region + parts.brand
    return parts.core


# --- measuring ---

Found = list[tuple[str, Decision]]


def measure(
    queries: list[Query], present: set[str], find: Callable[[str], Found], errors: int
) -> dict[str, Tally]:
    """Ask every query and count."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for query in queries:
        found = find(query.text)
        names = [name for name, _ in found]
        auto = bool(found) and found[0][1] is Decision.AUTO
        for tally in (tallies[query.kind], tallies["all"]):
            counts = tally.counts
            counts["auto"] += auto
            if query.target in present:
                counts["present"] += 1
                counts["top1"] += names[:1] == [query.target]
                counts["top5"] += query.target in names
                counts["auto_right"] += auto and names[0] == query.target
            else:
                counts["absent"] += 1
                counts["absent_quiet"] += not found or found[0][1] is Decision.NONE
            counts["auto_false"] += auto and names[0] != query.target
        if auto and names[0] != query.target and errors > 0:
            errors -= 1
            print(f"  false: {query.text} -> {names[0]}, meant {query.target} ({query.kind})")
    return tallies


def ours(gallery: Gallery) -> Callable[[str], Found]:
    """The gallery under test."""
    return lambda text: [(match.entity_id, match.decision) for match in gallery.search(text)]


def without_itself(names: list[str]) -> Callable[[str], Found]:
    """Look a registered name up as if its owner were missing: whatever is linked unasked is false."""

    class Bereft(Gallery):
        def _labels(self, asked: NameParts, coded: Collection[int]) -> list[int]:
            own = {
                *self._exact.find(asked.full_key),
                *self._exact.find(fold(asked.text).replace("(", "").replace(")", "")),
            }
            return [label for label in super()._labels(asked, coded) if label not in own] or [
                label for label in self._index.rank(asked.full_key, 40).tolist() if label not in own
            ]

    gallery = Bereft(Entry(name, name) for name in names)
    return ours(gallery)


def by_ratio(names: list[str], least: float) -> Callable[[str], Found]:
    """Baseline: rapidfuzz WRatio, linked unasked from `least` on."""
    folded = [fold(name) for name in names]

    def find(text: str) -> Found:
        best = process.extract(fold(text), folded, scorer=fuzz.WRatio, limit=5)
        return [
            (names[at], Decision.AUTO if place == 0 and score >= least else Decision.ASK)
            for place, (_, score, at) in enumerate(best)
        ]

    return find


def by_difflib(names: list[str], least: float) -> Callable[[str], Found]:
    """Baseline: difflib's best ratio, over the names that share most characters (all would take hours)."""
    folded = [fold(name) for name in names]
    letters = [frozenset(name) for name in folded]

    def find(text: str) -> Found:
        asked = fold(text)
        wanted = frozenset(asked)
        near = sorted(range(len(names)), key=lambda at: -len(wanted & letters[at]))[:200]
        scored = sorted(
            ((difflib.SequenceMatcher(None, asked, folded[at]).ratio(), at) for at in near), reverse=True
        )
        return [
            (names[at], Decision.AUTO if place == 0 and score >= least else Decision.ASK)
            for place, (score, at) in enumerate(scored[:5])
        ]

    return find


def show(title: str, tallies: dict[str, Tally], seconds: float) -> None:
    """Print one table."""
    asked = tallies["all"].counts["present"] + tallies["all"].counts["absent"]
    print(f"\n{title}: {asked} queries, {asked / seconds:.0f} a second")
    print(f"{'kind':29}{'n':>6}{'top-1':>8}{'top-5':>8}{'auto':>7}{'recall':>8}{'precision':>11}{'false':>7}"
          f"{'absent':>8}{'quiet':>7}")  # fmt: skip
    for kind in [*sorted(set(tallies) - {"all"}), "all"]:
        tally, counts = tallies[kind], tallies[kind].counts
        right = counts["auto"] - counts["auto_false"]
        precision = f"{right / counts['auto']:.4f}" if counts["auto"] else "-"
        print(f"{kind:29}{counts['present']:6}{tally.share('top1', 'present'):>8}{tally.share('top5', 'present'):>8}"
              f"{counts['auto']:7}{tally.share('auto_right', 'present'):>8}{precision:>11}{counts['auto_false']:7}"
              f"{counts['absent']:8}{tally.share('absent_quiet', 'absent'):>7}")  # fmt: skip


# --- fitting ---


def fit(crowds: list[Gallery], queries: list[Query]) -> None:
    """Print weights that best tell the firm meant from all others and from none (conditional logistic, ridge)."""
    facts_of: list[dict[str, float]] = []
    group: list[int] = []
    meant: list[bool] = []
    worth: list[float] = []
    asked = 0
    for gallery in crowds:
        for query in queries:
            for candidate in gallery.examine(parse(query.text)):
                facts_of.append(dict(candidate.facts))
                group.append(asked)
                worth.append(0.25 if query.kind == "abbreviation of a body" else 1.0)  # firms matter more
                hopeless = candidate.facts.get("brand_differs") and candidate.facts["share"] < 0.55
                meant.append(
                    candidate.name == query.target and not (hopeless and "short" not in candidate.facts)
                )
            asked += 1
    by_hand = {
        "address_agrees": 0.5,
        "address_differs": -1.0,
        "brand_common": -0.3,
        "place_town": -1.0,
        "absent_shares": 1.0,
        "same_writing": 4.0,
        "number_differs": -2.0,
        "contrast": -2.0,
    }
    codes = sorted({code for facts in facts_of for code in facts})
    table = np.array([[facts.get(code, 0.0) for code in codes] + [1.0] for facts in facts_of])
    groups, target = np.array(group), np.array(meant, dtype=float)
    weights = np.array([by_hand.get(code, 0.0) for code in codes] + [-4.0])
    free = np.array([code not in by_hand for code in codes] + [True], dtype=float)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, 801):
        odds = np.exp(np.minimum(table @ weights, 50))
        share = odds / (1 + np.bincount(groups, odds, asked))[groups]
        slope = (table.T @ ((share - target) * worth) + 2.0 * np.append(weights[:-1], 0)) * free
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= 0.05 * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    for code, weight in sorted(zip([*codes, "bias"], weights, strict=True)):
        print(f'        "{code}": {weight:.1f},   # now {weight_of(code):.1f}')


def main() -> None:
    """Run what the options ask for."""
    options = arguments()
    if not DATA.is_dir():
        raise SystemExit(
            f"There is no {DATA}. The real names this bench measures with are not part of the project."
        )
    firms = real_firms()
    queries = labelled_queries(firms)
    if options.half != "both":
        queries = [query for query in queries if query.held_out == (options.half == "held-out")]
    kept = [name for name in sorted(firms) if digest("x" + name) % 4]
    crowded = kept + dense_firms(sorted(firms), options.dense) if options.dense else []
    if options.fit:
        tuning = [query for query in queries if not query.held_out and query.kind != "English name"]
        entries = [
            [Entry(name, name, address=firms.get(name, Firm()).address) for name in names]
            for names in (kept, crowded)
        ]
        fit([Gallery(each) for each in entries if each], tuning)
        return
    for title, names in (
        ("three quarters of the real firms", kept),
        ("with invented firms between", crowded),
    ):
        if names:
            started = time.perf_counter()
            gallery = Gallery(Entry(name, name) for name in names)
            print(f"\n{len(names)} names indexed in {time.perf_counter() - started:.1f} s")
            run(title, queries, set(names), ours(gallery), options.errors)
    known = Gallery(Entry(name, name, tuple(filter(None, [firms[name].former]))) for name in kept)
    placed = Gallery(Entry(name, name, address=firms[name].address) for name in kept)
    run("addresses known to the gallery", queries, set(kept), ours(placed), options.errors)
    former = [query for query in queries if query.kind == "former, not known"]
    run("former names known to the gallery", former, set(kept), ours(known), options.errors)
    alone = random.Random(1).sample(sorted(firms), 4000)
    run("each body with itself taken out", [Query(name, "", "itself absent") for name in alone], set(),
        without_itself(list(firms)), options.errors)  # fmt: skip
    if not options.no_baselines:
        run("baseline rapidfuzz WRatio, auto from 95", queries, set(kept), by_ratio(kept, 95), 0)
        few = random.Random(1).sample(queries, min(600, len(queries)))
        run("baseline difflib, auto from 0.9 (600 queries)", few, set(kept), by_difflib(kept, 0.9), 0)


def run(
    title: str, queries: list[Query], present: set[str], find: Callable[[str], Found], errors: int
) -> None:
    """Measure and print."""
    started = time.perf_counter()
    tallies = measure(queries, present, find, errors)
    show(title, tallies, time.perf_counter() - started)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--half", choices=("held-out", "tuning", "both"), default="held-out")
    parser.add_argument("--dense", type=int, default=60_000)
    parser.add_argument("--errors", type=int, default=0, help="show this many false matches a table")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--fit", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
