"""From people's verdicts to what the next comparison may link unasked, and whom it asks about at random."""

import random
from datetime import datetime
from typing import Any

from django.db.models import Count

from smartunion.core.actor import within
from smartunion.core.clock import local_date
from smartunion.ground.policies import service as policies
from smartunion.systems.organising.models import LinkLabel, MatchLink, MatchRun
from smartunion.systems.organising.models.comparing import LinkLabelQuerySet
from smartunion.systems.organising.rules import LinkVerdict
from smartunion.systems.organising.verdict_rules import Bar, LabelVerdict, Standing, Tally, standings


def bar_of(path: str, at: datetime) -> Bar:
    """What was asked of a rule here on that day."""
    on = local_date(at)
    return Bar(
        float(policies.value("organising.rule_precision", path=path, on=on)),
        float(policies.value("organising.rule_certainty", path=path, on=on)),
        int(policies.value("organising.rule_verdicts", path=path, on=on)),
    )


def tally(labels: LinkLabelQuerySet) -> list[Tally]:
    """Right and wrong by rule, links whose points suffice apart from the others. labels: the last words on their pairs."""
    said = labels.order_by().values_list("rule", "passed", "verdict").annotate(n=Count("pk"))
    counts = {(rule, passed, verdict): number for rule, passed, verdict, number in said}
    return [
        Tally(
            rule, passed, counts.get((rule, passed, LabelVerdict.RIGHT), 0),
            counts.get((rule, passed, LabelVerdict.WRONG), 0),
        )
        for rule, passed in {(rule, passed) for rule, passed, _verdict in counts}
    ]  # fmt: skip


def stand(run: MatchRun, *, at: datetime) -> list[Standing]:
    """Where every rule with verdicts stands for this run."""
    return standings(tally(LinkLabel.objects.filter(within([run.path])).last_words()), bar_of(run.path, at))


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
