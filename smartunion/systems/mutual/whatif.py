"""What if the terms of mutual aid had been others: last year's claims worked out anew, each with her periods and earlier claims."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.actor import within
from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind
from smartunion.ground.policies.whatif import Line, Progress, WhatIf, WhatIfResult
from smartunion.systems.mutual.models import Claim, ClaimState, Insured, PlanVersion
from smartunion.systems.mutual.queries.claims import load_event
from smartunion.systems.mutual.rules.claims import Calculation, Event, Paid, calculate
from smartunion.systems.mutual.rules.terms import Benefit, Terms
from smartunion.systems.mutual.rules.waiting import Spell

AMOUNT, CAP, FREE, WAIT, LATER = (
    f"mutual.what_if_{key}" for key in ("amount_pct", "cap_pct", "free_pct", "wait_pct", "claim_days")
)
#: Below so many claims a sum tells of single people and is not given.
FEWEST = 10
#: People of one plan whose claims are worked out at once.
BATCH = 2000
_DECIDED = (ClaimState.GRANTED, ClaimState.PAID, ClaimState.FAILED, ClaimState.REFUSED)
_HUNDRED = Decimal(100)


def changed_terms(terms: Terms, overrides: Mapping[str, Any]) -> Terms:
    """The terms with what is set otherwise: percentages of what they say, and days more to claim; pure.

    A ratio stays at most 1; terms without a cap, a deductible, waiting days or a limit to claim are left without.
    """
    share = {key: Decimal(overrides.get(key, 100)) / _HUNDRED for key in (AMOUNT, CAP, FREE, WAIT)}
    return replace(
        terms, benefits=tuple(_changed(one, share) for one in terms.benefits),
        period_cap_yuan=_times(terms.period_cap_yuan, share[CAP]),
        no_pay_days=int(terms.no_pay_days * share[WAIT]), reduced_until_days=int(terms.reduced_until_days * share[WAIT]),
        claim_days=terms.claim_days + int(overrides.get(LATER, 0)) if terms.claim_days else terms.claim_days,
    )  # fmt: skip


def _changed(benefit: Benefit, share: Mapping[str, Decimal]) -> Benefit:
    ratio = benefit.ratio
    return replace(
        benefit, amount_yuan=_times(benefit.amount_yuan, share[AMOUNT]), cap_yuan=_times(benefit.cap_yuan, share[CAP]),
        free_yuan=benefit.free_yuan * share[FREE], ratio=min(Decimal(1), ratio * share[AMOUNT]) if ratio is not None else None,
    )  # fmt: skip


def _times(value: Decimal | None, share: Decimal) -> Decimal | None:
    return None if value is None else value * share


def worked_anew(
    terms: Terms, cover: Sequence[Spell], claims: Sequence[tuple[Event, Decimal, bool]]
) -> list[Calculation]:
    """One person's claims in one plan, oldest first, with other terms; pure.

    claims: event, what it brought, whether it is asked about; the others count as they were decided. What an earlier one
    brings under the other terms is what later ones have left of a cap.
    """
    earlier: list[Paid] = []
    found = []
    for event, brought, is_asked in claims:
        result = calculate(terms, cover, event, earlier, is_explained=False)
        if is_asked:
            found.append(result)
        total = result.total_yuan if is_asked else brought
        if result.event_on is not None and total:
            earlier.append(Paid(result.event_on, event.benefit, total))
    return found


def run(
    *, path: str, since: date, until: date, overrides: Mapping[str, Any], progress: Progress
) -> WhatIfResult:
    """Claims filed in [since, until) and decided by offices in the subtree: how many would bring something else.

    No single claim is shown, and no sum of fewer than FEWEST: they tell of illness.
    """
    asked = Claim.objects.filter(
        within((path,), "case__path"), filed_on__gte=since, filed_on__lt=until, state__in=_DECIDED
    )
    total = asked.count()
    if total < FEWEST:
        words = _("Fewer than %(n)s claims: a sum would tell of single people, so none is shown") % {
            "n": FEWEST
        }
        return WhatIfResult(0, 0, (Line(words, 0, 0),))
    counted = changed = 0
    paid = {False: Decimal("0.00"), True: Decimal("0.00")}
    granted = {False: 0, True: 0}
    terms = _TermsOf(overrides)
    for plan_id, people in _people(asked):
        cover = _cover(plan_id, people)
        for person_id, rows in _claims(plan_id, people, path, since, until).items():
            whole = [(event, was, is_asked) for event, was, is_asked, _version in rows]
            versions = [version for *_rest, is_asked, version in rows if is_asked]
            results = worked_anew(terms.of(versions[-1]), cover.get(person_id, []), whole)
            for (_event, was, _asked), result in zip((row for row in whole if row[2]), results, strict=True):
                counted += 1
                changed += was != result.total_yuan
                for is_after, yuan in ((False, was), (True, result.total_yuan)):
                    paid[is_after] += yuan
                    granted[is_after] += bool(yuan)
        progress(counted, total)
    return WhatIfResult(
        counted, changed,
        (
            Line(_("Paid out"), paid[False], paid[True], _("yuan")),
            Line(_("Claims that bring something"), granted[False], granted[True], _("claims")),
        ),
    )  # fmt: skip


class _TermsOf:
    """Terms of versions with what is set otherwise, each read once."""

    def __init__(self, overrides: Mapping[str, Any]) -> None:
        self.overrides = overrides
        self.held: dict[int, Terms] = {}

    def of(self, version_id: int) -> Terms:
        if version_id not in self.held:
            self.held[version_id] = changed_terms(
                PlanVersion.objects.get(pk=version_id).read(), self.overrides
            )
        return self.held[version_id]


def _people(asked: "QuerySet[Claim]") -> Iterator[tuple[int, list[int]]]:
    """Plan and up to BATCH of the people who claimed from it, nobody twice."""
    pairs = asked.order_by("plan_id", "person_id").values_list("plan_id", "person_id").distinct()
    by_plan: dict[int, list[int]] = defaultdict(list)
    for plan_id, person_id in pairs.iterator(chunk_size=10_000):
        by_plan[plan_id].append(person_id)
    for plan_id, people in by_plan.items():
        for start in range(0, len(people), BATCH):
            yield plan_id, people[start : start + BATCH]


def _cover(plan_id: int, people: list[int]) -> dict[int, list[Spell]]:
    found: dict[int, list[Spell]] = defaultdict(list)
    rows = Insured.objects.standing().filter(plan=plan_id, person__gte=people[0], person__lte=people[-1])
    values = rows.order_by("person_id", "number").values_list("person_id", "from_on", "until_on", "shares")
    for person_id, from_on, until_on, shares in values:
        found[person_id].append(Spell(from_on, until_on, shares))
    return found


def _claims(
    plan_id: int, people: list[int], path: str, since: date, until: date
) -> dict[int, list[tuple[Event, Decimal, bool, int]]]:
    """Decided claims of the people in the plan, oldest first: event, what it brought, whether it is asked about, version."""
    wanted = set(people)
    rows = Claim.objects.filter(
        plan=plan_id, person__gte=people[0], person__lte=people[-1], state__in=_DECIDED
    )
    values = rows.order_by("person_id", "filed_on", "pk").values_list(
        "person_id", "facts", "total_yuan", "version_id", "filed_on", "case__path"
    )
    found: dict[int, list[tuple[Event, Decimal, bool, int]]] = defaultdict(list)
    for person_id, facts, yuan, version_id, filed_on, place in values:
        if person_id in wanted:
            is_asked = since <= filed_on < until and place.startswith(path)
            found[person_id].append((load_event(str(facts)), yuan or Decimal("0.00"), is_asked, version_id))
    return found


_OURS = gettext_lazy("100 percent is what the terms of each plan say.")
_PARTS = (
    (AMOUNT, gettext_lazy("A share brings this many percent of what the terms say (amounts and ratios)"), 1),
    (CAP, gettext_lazy("Caps are this many percent of what the terms say"), 1),
    (FREE, gettext_lazy("The part left out before the ratio is this many percent of what the terms say"), 0),
    (WAIT, gettext_lazy("Waiting days are this many percent of what the terms say"), 0),
)
CLAIMS = WhatIf(
    "mutual.claims", gettext_lazy("Claims to mutual aid with other terms"), run,
    terms=(
        *(Parameter(key, label, Kind.COUNT, 100, _OURS, minimum=least, maximum=1000) for key, label, least in _PARTS),
        Parameter(
            LATER, gettext_lazy("A claim may be filed so many days later than the terms say"), Kind.DAYS, 0,
            gettext_lazy("The terms of each plan."), maximum=1000,
        ),
    ),
    help=gettext_lazy(
        "Works out anew every claim that was decided in the period: how many would bring something else, and what it would cost."
    ),
)  # fmt: skip
