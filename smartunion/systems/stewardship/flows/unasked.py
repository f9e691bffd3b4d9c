"""What a federation's policy lets be taken over unasked, and with which evidence."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.actor import system
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError
from smartunion.engines.feeds.service import differences
from smartunion.ground.policies import service as policies
from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind
from smartunion.systems.stewardship.flows import correcting
from smartunion.systems.stewardship.models import Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import Act, Evidence, Policy, is_taken_unasked

_OURS = gettext_lazy(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = gettext_lazy("Data quality")

PARAMETERS = (
    Parameter(
        "stewardship.taken_unasked", gettext_lazy("Departments' values taken over unasked"), Kind.CHOICE, "representative",
        _OURS, group=_GROUP,
        choices={"none": gettext_lazy("None"), "representative": gettext_lazy("Legal representative, from the register"),
                 "register": gettext_lazy("Legal representative, address and old number, from the register"),
                 "counts": gettext_lazy("The same, and head counts from social insurance")},
        help=gettext_lazy("People's own data is never taken unasked; nor is what somebody decided about, or what two "
                          "departments tell differently. Every value taken can be undone."),
    ),
    Parameter(
        "stewardship.taken_evidence", gettext_lazy("Evidence needed to take a value unasked"), Kind.CHOICE, "code", _OURS,
        group=_GROUP,
        choices={"code": gettext_lazy("The same credit code or register number"),
                 "certain": gettext_lazy("Any match that is certain enough")},
        help=gettext_lazy("By what the record and the row of the extract were matched."),
    ),
    Parameter(
        "stewardship.taken_certainty", gettext_lazy("Certainty needed to take a value unasked"), Kind.RATIO,
        Decimal("0.990"), _OURS, minimum=Decimal("0.5"), maximum=Decimal("1"), group=_GROUP,
        help=gettext_lazy("Of the match between the record and the row of the extract."),
    ),
)  # fmt: skip


def take(comparison: differences.Comparison, opened: Sequence[Discrepancy]) -> int:
    """Take over what the policy allows of open corrections; returns how many. What the registry refuses stays open."""
    policy = policy_of(comparison)
    possible = [
        one for one in opened
        if is_taken_unasked(policy, field=one.field, table=one.table, rule=one.rule, confidence=float(one.confidence))
    ]  # fmt: skip
    if not possible:
        return 0
    ids = [one.pk for one in possible]
    decided = set(Decision.objects.filter(item__in=ids).values_list("item_id", flat=True))
    others = {
        (employer_id, field, table)
        for employer_id, field, table in Discrepancy.objects.work()
        .filter(employer__in=[one.employer_id for one in possible])
        .values_list("employer_id", "field", "table")
    }
    actor, taken = system(_("Comparison")), 0
    for one in possible:
        told = {
            table
            for employer_id, field, table in others
            if (employer_id, field) == (one.employer_id, one.field)
        }
        if one.pk in decided or len(told) > 1:
            continue
        try:
            correcting.take(actor=actor, item_id=one.pk, at=comparison.at, act=Act.AUTO)
        except DomainError:
            continue  # a person sees the refusal when she looks
        taken += 1
    comparison.counts["taken_unasked"] = comparison.counts.get("taken_unasked", 0) + taken
    return taken


def policy_of(comparison: differences.Comparison) -> Policy:
    """What holds in the compared subtree on the day of the comparison."""
    on = local_date(comparison.at)
    chosen, evidence, certainty = (
        policies.value(f"stewardship.{key}", path=comparison.path, on=on)
        for key in ("taken_unasked", "taken_evidence", "taken_certainty")
    )
    return Policy(str(chosen), Evidence(str(evidence)), float(certainty))
