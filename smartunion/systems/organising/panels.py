"""What waits on the desk's first page: the organiser's day, firms to take up, targets to agree to."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.panels import Panel, PanelRow, PanelRows
from smartunion.core.templatetags.smartunion import when
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionLevel
from smartunion.systems.organising.models import Finding, Target
from smartunion.systems.organising.queries.day import day_list
from smartunion.systems.organising.rules import FindingKind, FindingState, WorkList

_SHOWN = 5


def _today(actor: Actor) -> PanelRows | None:
    if not actor.area_ids:
        return None
    stops = day_list(actor, clock.today())
    rows = [
        PanelRow(
            title=stop.name, href=reverse("coverage:finding", args=[stop.finding_id]), note=stop.address,
            side=_people(stop.headcount),
        )
        for stop in stops[:_SHOWN]
    ]  # fmt: skip
    return PanelRows(total=len(stops), rows=rows, href=reverse("field:day"))


def _take_up(actor: Actor) -> PanelRows | None:
    """For towns, who take firms up; by whole paths, since a range over a city's findings has no index of states."""
    towns = TradeUnion.objects.filter(path__in=actor.paths("organising.take_up"), level=UnionLevel.TOWN)
    waiting = Finding.objects.filter(
        path__in=list(towns.values_list("path", flat=True)), work_list=WorkList.WORK, state=FindingState.VISITED,
        kind=FindingKind.NO_UNION,
    )  # fmt: skip
    rows = [
        PanelRow(
            title=one.subject_name, href=reverse("coverage:finding", args=[one.pk]), note=one.get_mode_display(),
            side=_people(one.headcount),
        )
        for one in waiting.select_related("employer", "union").order_by("-score", "pk")[:_SHOWN]
    ]  # fmt: skip
    if not rows:
        return None
    href = f"{reverse('coverage:list', args=['work'])}?state={FindingState.VISITED.value}"
    return PanelRows(total=waiting.count(), rows=rows, href=href)


def _targets(actor: Actor) -> PanelRows | None:
    """Numbers somebody else's campaign proposes to one's own unit."""
    theirs = ~actor.within("drives.manage", "drive__path")
    proposed = Target.objects.filter(
        actor.within("drives.manage"), theirs, Q(drive__closed_at=None), drive__isnull=False, agreed_at=None
    )
    rows = [
        PanelRow(
            title=one.union.name, href=reverse("joining:progress", args=[one.drive_id]),
            note=one.drive.title if one.drive else "",
            side=_("%(number)s by %(day)s") % {"number": one.quantity, "day": when(one.ends_on)},
        )
        for one in proposed.select_related("union", "drive").order_by("ends_on", "pk")[:_SHOWN]
    ]  # fmt: skip
    return PanelRows(total=proposed.count(), rows=rows, href=reverse("joining:drives")) if rows else None


def _people(number: int | None) -> str:
    return "" if number is None else _("%(people)s people") % {"people": number}


PANELS = (
    Panel(
        key="organising.today", title=gettext_lazy("Today’s firms"), icon="phone", permission="organising.visit",
        render=_today, order=5, empty=gettext_lazy("All firms of your areas are visited or come back another day."),
    ),
    Panel(
        key="organising.take_up", title=gettext_lazy("Visited firms to take up"), icon="building-add",
        permission="organising.take_up", render=_take_up, order=25,
    ),
    Panel(
        key="organising.targets", title=gettext_lazy("Targets to agree to"), icon="flag", permission="drives.manage",
        render=_targets, order=26,
    ),
)  # fmt: skip
