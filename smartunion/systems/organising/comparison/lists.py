"""The matcher's lists as proposals."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import Count, Max, QuerySet

from smartunion.core.actor import within
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, TradeUnion
from smartunion.systems.organising.comparison import proposals as make
from smartunion.systems.organising.comparison.proposals import EmployerFacts, NearestUnion, Proposal
from smartunion.systems.organising.comparison.two_covers import two_covers
from smartunion.systems.organising.models import MatchLink, MatchRun
from smartunion.systems.organising.rules import LinkVerdict, priority

NEAR = 0.5  # an unconfirmed link at least this sure makes "no union" something to verify first


class Lists:
    """Reads OUT_DIR of one match and turns every list into proposals; our keys by entity id."""

    def __init__(
        self,
        run: MatchRun,
        out: Path,
        ids: dict[str, int],
        *,
        month: str,
        months: dict[str, str],
        at: datetime,
    ) -> None:
        self.run, self.out, self.ids, self.month, self.at = run, out, ids, month, at
        self.months = months

    def proposals(self) -> Iterator[Proposal]:
        """Every proposal of the run."""
        yield from self._no_union()
        yield from self._uncertain_links()
        yield from self._closed_unions()
        yield from self._moved_members()
        yield from self._not_members()
        yield from self._spot_checks()
        yield from self._disagreements()
        yield from two_covers(self.run.path)

    def _rows(self, name: str) -> list[dict[str, Any]]:
        path = self.out / f"{name}.parquet"
        return pl.read_parquet(path).to_dicts() if path.exists() else []

    def _no_union(self) -> Iterator[Proposal]:
        large = {row["entity_id"] for row in self._rows("no_union_100")}
        rows = {
            self.ids[row["entity_id"]]: row
            for row in self._rows("no_union_25")
            if row["entity_id"] in self.ids
        }
        near = self._nearest()
        for keys in _chunks(list(rows)):
            for employer in Employer.objects.filter(pk__in=keys):
                row = rows[employer.pk]
                said = json.loads(row["evidence"])
                insured = said["people"] if said["source"] == "social" else None
                facts = EmployerFacts(
                    pk=employer.pk, path=employer.territory_path or self.run.path, age_years=self._age(employer),
                    insured=insured, declared=None if insured is not None else said["people"], month=self.month,
                )  # fmt: skip
                nearest = near.get(employer.pk)
                score = priority(
                    facts.insured if facts.insured is not None else facts.declared, facts.age_years,
                    1.0 if nearest is None else 1.0 - nearest.confidence,
                )  # fmt: skip
                yield make.no_union(facts, nearest, large=employer.entity_id in large, score=score)

    def _live_links(self) -> QuerySet[MatchLink]:
        return MatchLink.objects.filter(within([self.run.path]), is_live=True)

    def _nearest(self) -> dict[int, NearestUnion]:
        links = (
            self._live_links()
            .filter(is_auto=False, confidence__gte=NEAR)
            .exclude(verdict=LinkVerdict.NO)
            .order_by("confidence", "pk")
        )
        return {
            link.employer_id: NearestUnion(link.union_id, link.union.name, float(link.confidence))
            for link in links.select_related("union")
        }

    def _uncertain_links(self) -> Iterator[Proposal]:
        """Open questions; one whose employer is on the no-union list is asked there, once."""
        asked = {self.ids.get(row["entity_id"]) for row in self._rows("no_union_25")}
        links = self._live_links().filter(is_auto=False, verdict=LinkVerdict.NONE)
        for link in links.select_related("employer").iterator(chunk_size=2000):
            if link.employer_id in asked and float(link.confidence) >= NEAR:
                continue
            yield make.uncertain_link(
                link_id=link.pk, union_id=link.union_id, employer_id=link.employer_id, path=link.path, rule=link.rule,
                evidence=link.evidence, confidence=float(link.confidence),
                score=priority(link.employer.insured_count, None, float(link.confidence)),
            )  # fmt: skip

    def _closed_unions(self) -> Iterator[Proposal]:
        keys = [int(row["union_id"]) for row in self._rows("closed_unions")]
        for part in _chunks(keys):
            members = dict(
                Membership.objects.filter(union_id__in=part, ended_on=None)
                .values_list("union_id")
                .annotate(n=Count("pk"))
            )
            names: dict[int, list[str]] = {}
            for union_id, name in EmployerLink.objects.filter(union_id__in=part, valid_to=None).values_list(
                "union_id", "employer__name"
            ):
                names.setdefault(union_id, []).append(name)
            for pk, path in TradeUnion.objects.filter(pk__in=part).values_list("pk", "path"):
                yield make.closed_union(
                    union_id=pk, path=path, members=members.get(pk, 0), employers=names.get(pk, [])
                )

    def _moved_members(self) -> Iterator[Proposal]:
        person_ids = [int(row["member_id"]) for row in self._rows("moved_members")]
        people: Counter[int] = Counter()
        for part in _chunks(person_ids):
            people.update(
                dict(
                    Membership.objects.filter(person_id__in=part, ended_on=None)
                    .values_list("union_id")
                    .annotate(n=Count("pk"))
                )
            )
        paths = dict(TradeUnion.objects.filter(pk__in=list(people)).values_list("pk", "path"))
        for union_id, number in people.items():
            yield make.moved_members(union_id=union_id, path=paths[union_id], people=number)

    def _not_members(self) -> Iterator[Proposal]:
        frame = self.out / "not_members.parquet"
        if not frame.exists():
            return
        entity = pl.col("evidence").str.json_path_match("$.entity_id").alias("entity_id")
        counts = pl.read_parquet(frame).select(entity).group_by("entity_id").len().iter_rows()
        people = {self.ids[entity_id]: number for entity_id, number in counts if entity_id in self.ids}
        for part in _chunks(list(people)):
            unions = dict(
                EmployerLink.objects.filter(employer_id__in=part, valid_to=None)
                .values_list("employer_id")
                .annotate(union=Max("union_id"))
            )
            for pk, path in Employer.objects.filter(pk__in=part).values_list("pk", "territory_path"):
                yield make.not_members(
                    employer_id=pk, union_id=unions.get(pk), path=path or self.run.path, people=people[pk]
                )

    def _spot_checks(self) -> Iterator[Proposal]:
        """Automatic links drawn at random, until somebody has said whether they are right."""
        drawn = self._live_links().filter(is_auto=True, verdict=LinkVerdict.NONE, sampled_in__isnull=False)
        for link in drawn.iterator(chunk_size=2000):
            yield make.spot_check(
                link_id=link.pk, union_id=link.union_id, employer_id=link.employer_id, path=link.path, rule=link.rule,
                evidence=link.evidence,
            )  # fmt: skip

    def _disagreements(self) -> Iterator[Proposal]:
        """What two departments contradict one another in: one finding for each employer, question and source."""
        rows: dict[tuple[int, str], dict[str, Any]] = {}
        for row in self._rows("disagreements"):
            pk = self.ids.get(row["entity_id"])
            if pk is not None:
                rows.setdefault(
                    (pk, ":".join(str(row.get(name) or "") for name in ("rule", "source", "ref"))), row
                )
        others = {self.ids.get(row.get("other_id") or "", 0) for row in rows.values()}
        keys = list(dict.fromkeys([pk for pk, _question in rows] + [pk for pk in others if pk]))
        known: dict[int, tuple[str, str, int | None]] = {}
        for part in _chunks(keys):
            found = Employer.objects.filter(pk__in=part).values_list(
                "pk", "name", "territory_path", "insured_count"
            )
            known.update({pk: (name, path, people) for pk, name, path, people in found})
        for (pk, question), row in ((key, row) for key, row in rows.items() if key[0] in known):
            name, path, people = known[pk]
            other = known.get(self.ids.get(row.get("other_id") or "", 0), ("", "", None))[0]
            yield make.disagreement(
                employer_id=pk, path=path or self.run.path, question=question, rule=str(row["rule"]),
                values=values_of(row, name, other, self.months),
                score=priority(people, None, float(row.get("confidence") or 0.5)),
            )  # fmt: skip

    def _age(self, employer: Employer) -> int | None:
        return self.at.year - employer.founded_on.year if employer.founded_on else None


def values_of(row: dict[str, Any], name: str, other: str, months: dict[str, str]) -> list[dict[str, str]]:
    """What each department says, of one row of the matcher's disagreements: [{"table", "value", "month"}].

    name, other: the register's names of the entities under the code and under the name; months: table → month of its
    snapshot, so that the value can be traced to its file.
    """
    said = json.loads(row.get("evidence") or "{}")
    source = {"union": "unions", "register": "market"}.get(row.get("source") or "", row.get("source") or "")
    year = str(said.get("year") or "")
    if row["rule"] == "code_against_name":
        pairs = [(source, f"{said.get('code', '')} {said.get('name', '')}"),
                 ("market", f"{said.get('code', '')} {name}" + (f" / {other}" if other else ""))]  # fmt: skip
    elif row["rule"] == "closed_but_insured":
        pairs = [("market", str(row.get("ref") or "")), ("social", str(said.get("insured", "")))]
    else:
        pairs = [("tax", str(said.get("declared", ""))), ("social", str(said.get("insured", "")))]
    return [
        {
            "table": table,
            "value": value.strip()[:200],
            "month": year if table == "tax" and year else months.get(table, ""),
        }
        for table, value in pairs
    ]


def _chunks(keys: list[int], size: int = 900) -> Iterator[list[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
