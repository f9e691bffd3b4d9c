"""Where a value of an employer or a person comes from, when that is not what one would think."""

from django.db import models
from django.db.models import Q

from smartunion.ground.registry.models.employers import Employer
from smartunion.ground.registry.models.people import Person


class ValueOrigin(models.Model):
    """The origin of one value; it holds no value itself. Without a row, a value of an employer that the market register
    knows follows the register, and any other value is as it was first entered.

    is_ours: said by people, so a comparison does not overwrite it. source: "snapshot:12", "import:7", "user:3",
    "entered"; table, row, as_of: of which department's extract, which row, drawn when. since: when the value came to
    stand; actor_name: who put or took it.
    """

    employer = models.ForeignKey(Employer, null=True, on_delete=models.CASCADE, related_name="origins")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="origins")
    field = models.CharField(max_length=20)
    is_ours = models.BooleanField(default=True)
    source = models.CharField(max_length=60)
    table = models.CharField(max_length=8, blank=True)
    row = models.CharField(max_length=60, blank=True)
    as_of = models.DateField(null=True)
    since = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "field"],
                condition=Q(employer__isnull=False),
                name="origin_employer_field",
            ),
            models.UniqueConstraint(
                fields=["person", "field"], condition=Q(person__isnull=False), name="origin_person_field"
            ),
            models.CheckConstraint(
                condition=Q(employer__isnull=False, person=None) | Q(employer=None, person__isnull=False),
                name="origin_of_one_record",
            ),
        ]
