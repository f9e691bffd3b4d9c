"""The merge that is proposed for a group, when nobody chooses otherwise."""

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import Refusal
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import MergeKind
from smartunion.ground.registry.service import merging
from smartunion.systems.stewardship.models import Cluster
from smartunion.systems.stewardship.queries.side import proposals, proposed_survivor, records_of
from smartunion.systems.stewardship.rules.alike import POINTS
from smartunion.systems.stewardship.rules.words import Level


class NotSureEnough(Refusal):
    """Something speaks against it: a person has to look."""

    code = "not_sure_enough"


def as_proposed(*, actor: Actor, cluster_id: int) -> merging.Asked:
    """What to merge with the proposed values. Raises NotVisible; NotSureEnough unless almost certain and undisputed."""
    cluster = get_visible(Cluster.objects.visible_to(actor), cluster_id)
    kind = MergeKind(cluster.kind)
    pairs = list(cluster.pairs.all())
    disputed = any(POINTS[key] < -1 for pair in pairs for key in pair.reasons)
    if cluster.level != Level.SURE or disputed or len(pairs) < cluster.size * (cluster.size - 1) // 2:
        raise NotSureEnough(
            _("Not every two of these records are almost certainly the same."),
            remedy=_("Open the group and look at it side by side."),
        )
    records = list(records_of(kind, list(cluster.records.values_list("record_id", flat=True))))
    survivor = proposed_survivor(kind, records)
    choices = {name: choice.record for name, choice in proposals(kind, records, survivor).items()}
    return merging.Asked(
        survivor, {one.pk: one.version for one in records}, _("Made one as proposed"), choices
    )
