"""People: personal data sealed, found by blind index; their corrections and consents."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.codes.folding import fold_code
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.keys import KeyField
from smartunion.ground.registry import rules
from smartunion.ground.registry.models.memberships import Membership

#: Whoever was born before is past her sixteenth birthday; the few born later are indexed, a birth date entered wrongly among them.
BORN_LATE = date(2010, 1, 1)
#: Whoever has a grade, said so that the index of those serves.
SKILLED = ~Q(skill_grade="") & ~Q(skill_grade=rules.SkillGrade.NONE)


def phone_key(value: str) -> str:
    """Digits of a mobile number without country code."""
    if value.isascii() and value.isdigit():  # the usual case, several times faster
        digits = value
    else:
        digits = "".join(ch for ch in fold_code(value) if ch.isdigit())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def resident_key(value: str) -> str:
    """The number as compared: folded, a 15-digit one written out to 18."""
    folded = fold_code(value)
    return resident_ids.upgraded(folded) if len(folded) == 15 and folded.isdigit() else folded


class PersonQuerySet(models.QuerySet["Person"]):
    """Reads of people."""

    def visible_to(self, actor: Actor) -> Self:
        """People with a current or past membership in the actor's reach, and the actor herself.

        Asked person by person: a list of all who are in reach would be made first, be it to find one of them.
        """
        reach = Membership.objects.filter(actor.within("members.view", "union_path"), person=OuterRef("pk"))
        return self.filter(Exists(reach) | Q(pk=actor.person_id))


class Person(models.Model):
    """A human being, once. ID number and phone are sealed; the index columns find them.

    Purpose of each personal field: id and phone prove who it is and reach her; the rest is on the official form
    and optional. Erasure: flows.people.erase keeps the row without its personal values.
    """

    name = KeyField(_("name"), max_length=60)
    pinyin = KeyField(
        max_length=120, blank=True, help_text="core.pinyin.name_key: full pinyin then initials."
    )
    initials = KeyField(max_length=12, blank=True, help_text="core.pinyin.name_initials, for search.")
    sex = models.CharField(_("sex"), max_length=1, choices=rules.Sex, blank=True)
    birth_date = models.DateField(_("birth date"), null=True)
    id_type = models.CharField(_("ID type"), max_length=12, choices=rules.IdType, default="resident")
    resident_id = EncryptedTextField(_("ID number"))
    resident_id_index = BlindIndexField(source="resident_id", purpose="resident_id", normalise=resident_key)
    mobile = EncryptedTextField(_("mobile"))
    mobile_index = BlindIndexField(source="mobile", purpose="mobile", normalise=phone_key)
    mobile_tail = models.CharField(max_length=4, blank=True, db_index=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=20, choices=rules.Ethnicity, blank=True)
    education = models.CharField(_("education"), max_length=20, choices=rules.Education, blank=True)
    political_status = models.CharField(
        _("political status"), max_length=20, choices=rules.PoliticalStatus, blank=True
    )
    employment_status = models.CharField(
        _("employment status"), max_length=20, choices=rules.EmploymentStatus, blank=True
    )
    skill_grade = models.CharField(_("skill grade"), max_length=30, choices=rules.SkillGrade, blank=True)
    hukou_type = models.CharField(_("household type"), max_length=20, choices=rules.HukouType, blank=True)
    hukou_place = models.CharField(_("household place"), max_length=100, blank=True)
    native_place = models.CharField(_("native place"), max_length=60, blank=True)
    is_migrant = models.BooleanField(_("migrant worker"), null=True)
    is_new_form = models.BooleanField(_("new-form worker"), default=False)
    trade = models.CharField(_("trade"), max_length=30, blank=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    row_digest = BlindIndexField(
        purpose="import_row",
        help_text="Of the row of a list, and the version, that said of her what stands here: nothing but a mark to know it by.",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        constraints = [
            models.UniqueConstraint(
                fields=["resident_id_index"],
                condition=Q(resident_id_index__isnull=False),
                name="person_resident_id",
            ),
        ]
        indexes = [
            # Whoever has no phone is found by her union: SQLite takes the many without one for one.
            models.Index(
                fields=["mobile_index"], condition=Q(mobile_index__isnull=False), name="person_mobile"
            ),
            models.Index(fields=["name", "id"], name="person_name"),
            models.Index(fields=["pinyin", "id"], name="person_pinyin"),
            models.Index(fields=["initials", "id"], name="person_initials"),
            models.Index(
                fields=["pinyin", "birth_date", "id"],
                condition=Q(erased_at=None, birth_date__isnull=False),
                name="person_sound_birth",
            ),
            # Of the grades some are rare; most people have none, or nothing is known of them.
            models.Index(fields=["skill_grade", "id"], condition=SKILLED, name="person_skilled"),
            # The few who lack something, for the lists of what is to be mended; who lacks nothing is not in them.
            models.Index(fields=["id"], condition=Q(resident_id_index=None), name="person_lacks_number"),
            models.Index(fields=["id"], condition=Q(mobile_index=None), name="person_lacks_mobile"),
            models.Index(fields=["id"], condition=Q(sex=""), name="person_lacks_sex"),
            models.Index(fields=["id"], condition=Q(employment_status=""), name="person_lacks_status"),
            models.Index(fields=["id"], condition=Q(birth_date=None), name="person_lacks_birth"),
            models.Index(
                fields=["birth_date"], condition=Q(birth_date__gte=BORN_LATE), name="person_born_late"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Correction(models.Model):
    """A corrected value of a person: what stood before and after, sealed, with the reason; never edited."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=30)
    before = EncryptedTextField()
    after = EncryptedTextField()
    reason = models.CharField(max_length=200)
    corrected_at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)


class Consent(models.Model):
    """What a person agreed to, in which words, until withdrawn.

    Source: Personal Information Protection Law art. 14–17, 29.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=60, blank=True)
