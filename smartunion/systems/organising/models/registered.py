"""The transport register as a drive's leaders work from it: who may drive, where, for whom."""

from typing import Self

from django.db import models

from smartunion.core.actor import Actor
from smartunion.core.keys import KeyField
from smartunion.core.paths import PathField
from smartunion.engines.feeds.models import Snapshot
from smartunion.ground.registry.models import Person
from smartunion.systems.organising.models.driving import Driver


class RegisteredDriverQuerySet(models.QuerySet["RegisteredDriver"]):
    """Reads of the register."""

    def visible_to(self, actor: Actor) -> Self:
        """Drivers of places in reach; names are personal, so seeing members is asked for."""
        return self.filter(actor.within("members.view", "path"))


class RegisteredDriver(models.Model):
    """One row of a transport register, kept while a running drive is checked against it.

    Purpose: to reach the drivers who are not members yet. Kept is what that needs: no ID number, no licence number, of the
    phone its last digits. number: row of the file; path: the town's federation, or whose register it is where the row
    names no town; person: whom the register means by ID number, or by name and phone; driver: of the villages' ledgers, who
    stays when the next extract brings the rows anew.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    path = PathField()
    name = models.CharField(max_length=60)
    name_key = KeyField(max_length=40, blank=True, help_text="core.pinyin.name_key")
    mobile_tail = models.CharField(max_length=4, blank=True)
    platform = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    driver = models.ForeignKey(Driver, null=True, on_delete=models.SET_NULL, related_name="rows")

    objects = RegisteredDriverQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "number"], name="registered_driver_once")]
        indexes = [
            models.Index(fields=["snapshot", "name_key", "id", "path"], name="registered_driver_by_name")
        ]
