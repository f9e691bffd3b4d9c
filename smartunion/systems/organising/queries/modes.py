"""Founding modes: the numbers around firms, the policies that hold, reasons as sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from smartunion.core.paths import ancestors
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Employer, EmployerLink
from smartunion.ground.registry.rules import EmployerState, Industry, RegionLevel
from smartunion.systems.organising.founding_modes import (
    Firm,
    ModeProposal,
    Thresholds,
    industry_of,
    propose_mode,
)
from smartunion.systems.organising.models import Finding
from smartunion.systems.organising.rules import FindingKind, FindingState

_KEYS = [
    "organising.mode_leading_people", "organising.mode_alone_people", "organising.mode_neighbours",
    "organising.mode_industry_firms", "organising.mode_industries",
]  # fmt: skip


def thresholds(path: str, on: date) -> Thresholds:
    """The policies of a place on a day; one query."""
    held = policies.values(_KEYS, path=path, on=on)
    leading, alone, neighbours, firms = (held[key].value for key in _KEYS[:4])
    letters = frozenset(letter for letter in held[_KEYS[4]].value.upper() if letter in Industry.values)
    return Thresholds(leading, alone, neighbours, firms, letters)


@dataclass(frozen=True)
class Surroundings:
    """Counts around firms: employers without a union by village; firms on the lists by county and industry."""

    by_region: Mapping[int | None, int]
    by_industry: Mapping[tuple[str, str], int]

    def firm(self, employer: Employer, path: str, people: int | None) -> Firm:
        """The firm with the numbers around it, itself left out."""
        industry = industry_of(employer.name, employer.industry)
        here = self.by_region.get(employer.region_id, 0) if employer.region_id else 0
        there = self.by_industry.get((county(path), industry), 0) if industry else 0
        return Firm(
            employer.name, people, employer.unit_nature, employer.industry, neighbours=max(0, here - 1),
            same_industry=max(0, there - 1),
        )  # fmt: skip


def county(path: str) -> str:
    """Path of the federation above a town's, which an industry's department stands beside."""
    above = ancestors(path)
    return above[-2] if len(above) > 1 else path


def surroundings(regions: Iterable[int | None]) -> Surroundings:
    """Counts around the firms of some villages; three queries. Firms of a wider place are nobody's neighbours."""
    open_links = EmployerLink.objects.filter(employer=OuterRef("pk"), valid_to=None)
    bare = Employer.objects.filter(
        ~Exists(open_links),
        state=EmployerState.ACTIVE,
        region_id__in=[one for one in set(regions) if one],
        region__level=RegionLevel.VILLAGE,
    )
    by_region = dict(bare.order_by().values_list("region_id").annotate(n=Count("pk")))
    return Surroundings(by_region, industries_on_lists())


def industries_on_lists() -> dict[tuple[str, str], int]:
    """Firms without a union on the lists, by county and industry; one query."""
    rows = Finding.objects.filter(kind=FindingKind.NO_UNION).exclude(state=FindingState.CLOSED).order_by()
    found: Counter[tuple[str, str]] = Counter()
    for path, name, recorded in rows.values_list("path", "employer__name", "employer__industry").iterator(
        20_000
    ):
        if industry := industry_of(name or "", recorded or ""):
            found[county(path), industry] += 1
    return found


def propose(
    employer: Employer, path: str, people: int | None, around: Surroundings, limits: Thresholds
) -> ModeProposal:
    """The mode of one firm."""
    return propose_mode(around.firm(employer, path, people), limits)


def mode_sentences(reasons: list[dict[str, Any]]) -> list[str]:
    """The reasons as sentences; a code this version does not know is left out."""
    return [text for reason in reasons if (text := _sentence(reason))]


def _sentence(reason: Mapping[str, Any]) -> str:
    match reason.get("code"):
        case "foreign":
            return _("Foreign, Hong Kong, Macao or Taiwan investment: it ought to have its own union.")
        case "leading":
            return _("%(people)s people work there; from %(from)s on a firm leads the way alone.") % reason
        case "industry":
            label = Industry(reason["industry"]).label
            return _("%(firms)s more firms of its industry (%(label)s) in the county have no union; the industry’s department"
                     " can bring them together.") % {**reason, "label": label}  # fmt: skip
        case "own_within":
            return (
                _("With %(from)s people and more it founds its own union within the industry’s association.")
                % reason
            )
        case "own":
            return (
                _("%(people)s people work there; from %(from)s members on a unit forms its own committee.")
                % reason
            )
        case "few":
            return (
                _(
                    "%(people)s people work there, fewer than %(below)s: alone is allowed, together is stronger."
                )
                % reason
            )
        case "people":
            return _("%(people)s people work there.") % reason
        case "people_unknown":
            return _("How many people work there is not known.")
        case "neighbours":
            return (
                _("%(firms)s more employers of its village have no union: together they can found one.")
                % reason
            )
        case "alone":
            if not reason["firms"]:
                return _(
                    "Every other employer of its village has a union: the local federation’s union takes it in."
                )
            said = _(
                "Only %(firms)s more employers of its village have no union: the local federation’s union takes it in."
            )
            return said % reason
    return ""
