"""Filters by place and by drive of organising's lists."""

from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q

from smartunion.core.actor import Actor
from smartunion.core.ids import row_id
from smartunion.core.listing.filters import Choice, Data, Given
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.organising.models import Area, JoiningDrive, Visit, VisitQuestion

#: As many towns as are offered to choose from; others are reached by the numbers that name them.
_OFFERED = 400


@dataclass(frozen=True, kw_only=True)
class Unit(Choice):
    """A town, or whichever union the address names, if it is in reach: numbers of any unit open their records.

    permission: what makes a union one's own to choose.
    """

    permission: str

    def read(self, data: Data, actor: Actor) -> Given:
        """Parse the address."""
        mine = TradeUnion.objects.filter(actor.within(self.permission))
        towns = mine.filter(kind="federation", level="town", state="active").order_by("path")[:_OFFERED]
        offered = [(union.path, union.name) for union in towns]
        others = set(data.get(self.key, [])[:1]) - {path for path, _name in offered}
        named = mine.filter(path__in=others) if others else ()
        options = [*offered, *((union.path, union.name) for union in named)]
        return super(Unit, replace(self, options=options)).read(data, actor)


@dataclass(frozen=True, kw_only=True)
class InArea(Choice):
    """A service area in reach or one's own; one that a number names is found though it is not offered, or closed."""

    def read(self, data: Data, actor: Actor) -> Given:
        """Parse the address."""
        mine = Area.objects.filter(actor.within("organising.view") | Q(pk__in=actor.area_ids))
        offered = list(mine.filter(closed_on=None).order_by("path", "name", "pk")[:_OFFERED])
        named = row_id(data.get(self.key, [""])[-1])
        others = mine.filter(pk=named) if named and all(area.pk != named for area in offered) else ()
        options = [(str(area.pk), area.name) for area in (*offered, *others)]
        return super(InArea, replace(self, options=options)).read(data, actor)


@dataclass(frozen=True, kw_only=True)
class OfDrive(Choice):
    """A drive visits are made for: one of those in reach, or of the federations above one's own areas."""

    def read(self, data: Data, actor: Actor) -> Given:
        """Parse the address."""
        of_it = {"drive": OuterRef("pk")}
        visited = Exists(Visit.objects.filter(**of_it)) | Exists(VisitQuestion.objects.filter(**of_it))
        asked = VisitQuestion.objects.visible_to(actor).filter(drive__isnull=False).values("drive")
        mine = JoiningDrive.objects.filter(
            Q(pk__in=JoiningDrive.objects.visible_to(actor).values("pk")) | Q(pk__in=asked)
        )
        offered = list(mine.filter(visited).order_by("-pk")[:_OFFERED])
        named = row_id(data.get(self.key, [""])[-1])
        others = mine.filter(pk=named) if named and all(drive.pk != named for drive in offered) else ()
        options = [(str(drive.pk), drive.title) for drive in (*offered, *others)]
        return super(OfDrive, replace(self, options=options)).read(data, actor)
