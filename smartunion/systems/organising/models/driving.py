"""Drivers and couriers as villages know them: one row a person, whatever extract names her, with what was said to her."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.keys import KeyField
from smartunion.core.paths import PathField
from smartunion.ground.registry.models import Person, Region, phone_key, resident_key
from smartunion.systems.organising.driver_rules import Channel, TalkOutcome
from smartunion.systems.organising.models.areas import Area


class DriverQuerySet(models.QuerySet["Driver"]):
    """Reads of drivers."""

    def visible_to(self, actor: Actor) -> Self:
        """Drivers of places whose members one sees, and of the villages of one's own areas."""
        own = Area.regions.through.objects.filter(area_id__in=actor.area_ids, area__closed_on=None)
        return self.filter(actor.within("members.view", "path") | Q(region_id__in=own.values("region_id")))


class Driver(models.Model):
    """Somebody who drives or delivers, found in an extract or by walking; kept while a register names her or she was talked with.

    Purpose: that each village reaches those who are not members yet. resident_id: finds her again in the next extract,
    shown to nobody; mobile: shown to whoever calls her, each look is noted. region: her village, or the wider place the
    extract names; path: of the federation there; by_hand: entered by whom she was found; last_*: of the latest contact.
    """

    path = PathField(db_index=True)
    region = models.ForeignKey(Region, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=60)
    name_key = KeyField(max_length=40, blank=True, help_text="core.pinyin.name_key")
    resident_id = EncryptedTextField(_("ID number"), blank=True)
    resident_id_index = BlindIndexField(
        source="resident_id", purpose="resident_id", normalise=resident_key, unique=True
    )
    mobile = EncryptedTextField(_("mobile"), blank=True)
    mobile_index = BlindIndexField(source="mobile", purpose="mobile", normalise=phone_key)
    mobile_tail = models.CharField(max_length=4, blank=True)
    platform = models.CharField(_("platform"), max_length=60, blank=True)
    valid_until = models.DateField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    by_hand = models.BooleanField(default=False)
    last_at = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=10, choices=TalkOutcome, blank=True)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    objects = DriverQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mobile_index", "name"], name="driver_once")]
        indexes = [models.Index(fields=["region", "name_key", "id"], name="driver_by_place")]


class DriverContact(models.Model):
    """One talk with a driver; appended, never changed. client_id: of the form, so that sending it twice makes one."""

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="contacts")
    client_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    channel = models.CharField(max_length=6, choices=Channel)
    outcome = models.CharField(max_length=10, choices=TalkOutcome)
    note = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
