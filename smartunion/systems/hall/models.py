"""Certificates of membership that were issued."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.registry.models import Person


class ProofQuerySet(models.QuerySet["Proof"]):
    """Reads of certificates."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those issued where the actor sees members."""
        return self.filter(actor.within("members.view", "path") | models.Q(person_id=actor.person_id or -1))


class Proof(models.Model):
    """A certificate of membership as it was issued: what it said then stays, what holds now is asked of the register.

    number: printed on it and in its code; long enough that nobody guesses one. path: union it was issued for.
    """

    number = models.CharField(max_length=20, unique=True)
    case = models.ForeignKey(CaseFile, null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proofs", db_index=False)
    path = PathField()
    name = EncryptedTextField(_("name"))
    id_tail = models.CharField(max_length=4, blank=True)
    union_name = models.CharField(max_length=120)
    employer_name = models.CharField(max_length=120, blank=True)
    member_since = models.DateField()
    purpose = models.CharField(max_length=20, blank=True)
    issued_at = models.DateTimeField()

    objects = ProofQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="proof_person"),
            models.Index(fields=["path"], name="proof_path"),
        ]
