"""From people's verdicts to what the next comparison may link unasked, and whom it asks about at random."""

import random
from collections import Counter
from datetime import datetime
from typing import Any

from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.ground.policies import service as policies
from smartunion.systems.organising.models import LinkLabel, MatchLink, MatchRun
from smartunion.systems.organising.rules import LinkVerdict
from smartunion.systems.organising.verdict_rules import Bar, LabelVerdict, Standing, Tally, standings

#: Labels that judge no rule of the matcher: a person made the pair.
NOT_A_RULE = ("person", "duplicate")


def bar_of(path: str, at: datetime) -> Bar:
    """What was asked of a rule here on that day."""
    on = local_date(at)
    return Bar(
        float(policies.value("organising.rule_precision", path=path, on=on)),
        float(policies.value("organising.rule_certainty", path=path, on=on)),
        int(policies.value("organising.rule_verdicts", path=path, on=on)),
    )


def last_words(
    path: str, *, until: datetime | None = None, sampled: bool = False
) -> dict[tuple[int, int], LinkLabel]:
    """(union, employer) → the label that counts, of a subtree; taken-back ones and hand-made pairs are left out."""
    rows = (
        LinkLabel.objects.filter(within([path]), union__isnull=False)
        .exclude(rule__in=NOT_A_RULE)
        .order_by("pk")
    )
    if until is not None:
        rows = rows.filter(at__lt=until)
    rows = rows.only("union_id", "employer_id", "verdict", "rule", "passed", "sampled", "at")
    last = {(row.union_id or 0, row.employer_id): row for row in rows.iterator(chunk_size=5000)}
    return {
        pair: row
        for pair, row in last.items()
        if row.verdict != LabelVerdict.WITHDRAWN and (row.sampled or not sampled)
    }


def tally(labels: dict[tuple[int, int], LinkLabel]) -> list[Tally]:
    """Right and wrong by rule, links whose points suffice apart from the others."""
    counts: Counter[tuple[str, bool, str]] = Counter(
        (one.rule, one.passed, one.verdict) for one in labels.values()
    )
    return [
        Tally(
            rule, passed, counts[rule, passed, LabelVerdict.RIGHT], counts[rule, passed, LabelVerdict.WRONG]
        )
        for rule, passed in {(rule, passed) for rule, passed, _verdict in counts}
    ]


def stand(run: MatchRun, *, at: datetime) -> list[Standing]:
    """Where every rule with verdicts stands for this run."""
    return standings(tally(last_words(run.path)), bar_of(run.path, at))


def as_record(found: list[Standing]) -> list[dict[str, Any]]:
    """Standings as the run keeps them."""
    return [
        {
            "rule": one.rule, "passed": one.passed, "right": one.right, "wrong": one.wrong, "low": round(one.low, 4),
            "high": round(one.high, 4), "auto": one.is_auto, "because": one.because.value,
        }
        for one in found
    ]  # fmt: skip


def draw_spot_checks(run: MatchRun, *, at: datetime) -> int:
    """Draw automatic links at random until as many wait for a check as the policy says; returns how many were drawn.

    Every live automatic link that nobody has judged and no run has drawn has the same chance; the run's number is the
    seed, so that the draw can be repeated.
    """
    size: int = policies.value("organising.spot_checks", path=run.path, on=local_date(at))
    open_links = MatchLink.objects.filter(
        within([run.path]), is_live=True, is_auto=True, verdict=LinkVerdict.NONE
    )
    missing = size - open_links.filter(sampled_in__isnull=False).count()
    if missing <= 0:
        return 0
    keys = list(open_links.filter(sampled_in=None).order_by("pk").values_list("pk", flat=True))
    drawn = random.Random(run.pk).sample(keys, min(missing, len(keys)))  # noqa: S311  # a sample, not a secret
    return MatchLink.objects.filter(pk__in=drawn, sampled_in=None).update(sampled_in=run) if drawn else 0
