"""The registry's tables. Paths are materialised: `path` of a node starts with its parent's path."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.codes.folding import fold_code
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.ground.registry import rules


class Region(models.Model):
    """A place: GB/T 2260 division, statistical town or village code, or a zone with a code of our own.

    valid_from/valid_to: merged and abolished divisions stay, because old records point at them.
    lon/lat: degrees, of the seat; None where unknown. is_schematic: the position is drawn, not surveyed.
    """

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    full_name = models.CharField(_("full name"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=rules.RegionLevel)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = PathField(unique=True)
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    is_schematic = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("region")
        indexes = [models.Index(fields=["parent", "code"], name="region_children")]

    def __str__(self) -> str:
        return self.name


class UnionQuerySet(models.QuerySet["TradeUnion"]):
    """Reads of unions."""

    def visible_to(self, actor: Actor) -> Self:
        """Unions in the actor's reach, and the union the actor belongs to."""
        mine = Q(pk__in=[])
        if actor.person_id is not None:
            mine = Q(
                pk__in=Membership.objects.filter(person_id=actor.person_id, ended_on=None).values("union_id")
            )
        return self.filter(actor.within("registry.view") | mine)

    def under(self, path: str) -> Self:
        """The node with this path and everything below it."""
        return self.filter(path__gte=path, path__lt=path[:-1] + "0")

    def leading(self) -> Self:
        """Federations and other unions that lead unions."""
        return self.filter(kind__in=rules.LEADING)


class TradeUnion(models.Model):
    """A union organisation at any level.

    number: our own running number, printed on certificates; uscc: of the union legal person (begins 81), not the
    employer's; territory: for leading unions the region whose employers they look after.
    """

    number = models.CharField(_("union number"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=120, db_index=True, help_text="Folded name for exact search.")
    pinyin = models.CharField(max_length=60, blank=True, help_text="Initials, lower case.")
    kind = models.CharField(_("kind"), max_length=24, choices=rules.UnionKind)
    level = models.CharField(_("level"), max_length=12, choices=rules.UnionLevel)
    state = models.CharField(
        _("state"), max_length=12, choices=rules.UnionState, default=rules.UnionState.ACTIVE
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = PathField(unique=True)
    depth = models.PositiveSmallIntegerField()
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="federations")
    uscc = models.CharField(_("union USCC"), max_length=18, blank=True, db_index=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("head"), max_length=60, blank=True)
    contact_phone = EncryptedTextField(_("phone"))
    founded_on = models.DateField(_("founded on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    external_id = models.CharField(
        max_length=60, blank=True, db_index=True, help_text="Id in the file it came from."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = UnionQuerySet.as_manager()

    class Meta:
        verbose_name = _("union")
        indexes = [
            models.Index(fields=["parent", "name"], name="union_children"),
            models.Index(fields=["pinyin"], name="union_pinyin"),
            models.Index(fields=["state", "path"], name="union_state_path"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="union_closed_dated"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_leading(self) -> bool:
        """Whether it leads other unions."""
        return self.kind in rules.LEADING


class EmployerQuerySet(models.QuerySet["Employer"]):
    """Reads of employers."""

    def visible_to(self, actor: Actor) -> Self:
        """Employers in the territory of the actor's unions, or covered by a union in reach."""
        covered = EmployerLink.objects.filter(actor.within("registry.view", "union__path"), valid_to=None)
        reach = actor.within("registry.view", "territory_path")
        if actor.person_id is not None:
            own = Membership.objects.filter(person_id=actor.person_id, ended_on=None).values("employer_id")
            return self.filter(reach | Q(pk__in=covered.values("employer_id")) | Q(pk__in=own))
        return self.filter(reach | Q(pk__in=covered.values("employer_id")))


class Employer(models.Model):
    """A unit that employs people; its own code is not its union's code.

    territory_path: path of the union that looks after the place (town federation where there is one).
    insured_count: people now insured, from the last social-insurance snapshot; None when never seen.
    """

    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=120, db_index=True)
    former_name = models.CharField(_("former name"), max_length=240, blank=True)
    pinyin = models.CharField(max_length=60, blank=True)
    uscc = models.CharField(_("USCC"), max_length=18, blank=True)
    old_reg_no = models.CharField(_("15-digit registration number"), max_length=15, blank=True)
    org_code = models.CharField(_("organisation code"), max_length=9, blank=True, db_index=True)
    entity_id = models.CharField(
        max_length=40, blank=True, db_index=True, help_text="Id in the market register."
    )
    state = models.CharField(
        _("state"), max_length=8, choices=rules.EmployerState, default=rules.EmployerState.ACTIVE
    )
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    territory_path = PathField(blank=True, db_index=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    unit_nature = models.CharField(_("nature of unit"), max_length=20, blank=True)
    economic_type = models.CharField(_("economic type"), max_length=20, blank=True)
    industry = models.CharField(_("industry section"), max_length=1, blank=True, help_text="GB/T 4754 A–T.")
    staff_count = models.PositiveIntegerField(_("staff"), null=True)
    insured_count = models.PositiveIntegerField(_("insured people"), null=True)
    founded_on = models.DateField(_("founded on"), null=True)
    legal_person = models.CharField(_("legal representative"), max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="employer_uscc"),
            models.UniqueConstraint(fields=["entity_id"], condition=~Q(entity_id=""), name="employer_entity"),
        ]
        indexes = [models.Index(fields=["pinyin"], name="employer_pinyin")]

    def __str__(self) -> str:
        return self.name


class EmployerLink(models.Model):
    """A union covers an employer from a day until a day (open while valid_to is None)."""

    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="employer_links")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="union_links")
    kind = models.CharField(max_length=6, choices=rules.LinkKind)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=60, blank=True, help_text='"import:12", "match:7", "case:…".')

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["union", "employer"], condition=Q(valid_to=None), name="link_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="link_period"
            ),
        ]


class PersonQuerySet(models.QuerySet["Person"]):
    """Reads of people."""

    def visible_to(self, actor: Actor) -> Self:
        """People with a current or past membership in the actor's reach, and the actor herself."""
        reach = Membership.objects.filter(actor.within("members.view", "union_path"))
        return self.filter(Q(pk__in=reach.values("person_id")) | Q(pk=actor.person_id))


def phone_key(value: str) -> str:
    """Digits of a mobile number without country code."""
    digits = "".join(ch for ch in fold_code(value) if ch.isdigit())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def resident_key(value: str) -> str:
    """The number as compared: folded, a 15-digit one written out to 18."""
    folded = fold_code(value)
    return resident_ids.upgraded(folded) if len(folded) == 15 and folded.isdigit() else folded


class Person(models.Model):
    """A human being, once. ID number and phone are sealed; the index columns find them.

    Purpose of each personal field: id and phone prove who it is and reach her; the rest is on the official form
    and optional. Erasure: flows.people.erase keeps the row without its personal values.
    """

    name = models.CharField(_("name"), max_length=60)
    pinyin = models.CharField(
        max_length=120, blank=True, help_text="Full pinyin then initials, for search and order."
    )
    sex = models.CharField(_("sex"), max_length=1, blank=True, help_text="m, f or empty.")
    birth_date = models.DateField(_("birth date"), null=True)
    id_type = models.CharField(_("ID type"), max_length=12, default="resident")
    resident_id = EncryptedTextField(_("ID number"))
    resident_id_index = BlindIndexField(source="resident_id", purpose="resident_id", normalise=resident_key)
    mobile = EncryptedTextField(_("mobile"))
    mobile_index = BlindIndexField(source="mobile", purpose="mobile", normalise=phone_key)
    mobile_tail = models.CharField(max_length=4, blank=True, db_index=True)
    ethnicity = models.CharField(_("ethnicity"), max_length=20, blank=True)
    education = models.CharField(_("education"), max_length=20, blank=True)
    political_status = models.CharField(_("political status"), max_length=20, blank=True)
    employment_status = models.CharField(_("employment status"), max_length=20, blank=True)
    skill_grade = models.CharField(_("skill grade"), max_length=30, blank=True)
    hukou_type = models.CharField(_("household type"), max_length=20, blank=True)
    hukou_place = models.CharField(_("household place"), max_length=100, blank=True)
    native_place = models.CharField(_("native place"), max_length=60, blank=True)
    is_migrant = models.BooleanField(_("migrant worker"), null=True)
    is_new_form = models.BooleanField(_("new-form worker"), default=False)
    trade = models.CharField(_("trade"), max_length=30, blank=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

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
            models.Index(fields=["mobile_index"], name="person_mobile"),
            models.Index(fields=["name", "id"], name="person_name"),
            models.Index(fields=["pinyin", "id"], name="person_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def visible_to(self, actor: Actor) -> Self:
        """Memberships in the actor's reach, and the actor's own."""
        return self.filter(actor.within("members.view", "union_path") | Q(person_id=actor.person_id or -1))

    def under(self, path: str) -> Self:
        """Memberships of a union and everything below it."""
        return self.filter(union_path__gte=path, union_path__lt=path[:-1] + "0")

    def active_on(self, day: object) -> Self:
        """Spells that covered the day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), started_on__lte=day)


class Membership(models.Model):
    """One spell of one person in one union, [started_on, ended_on). History is other rows, never overwritten.

    name_key: the person's pinyin key, repeated here so that a union's list sorts and pages on one index.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="memberships")
    union_path = PathField()
    employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="memberships")
    employer_name = models.CharField(
        max_length=120, blank=True, help_text="As given, when no employer is linked."
    )
    name_key = models.CharField(max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=rules.MembershipState)
    started_on = models.DateField(_("since"))
    ended_on = models.DateField(_("until"), null=True)
    start_type = models.CharField(max_length=16, choices=rules.ChangeType, default=rules.ChangeType.JOINED)
    end_type = models.CharField(max_length=16, choices=rules.ChangeType, blank=True)
    reason = models.CharField(max_length=20, choices=rules.ChangeReason, blank=True)
    confirmed_by = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_on=None), name="one_current_membership"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")), name="membership_period"
            ),
            models.CheckConstraint(
                condition=(Q(state="ended") & Q(ended_on__isnull=False))
                | (~Q(state="ended") & Q(ended_on=None)),
                name="membership_ended_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["union_path", "state"], name="membership_path_state"),
            models.Index(fields=["union", "name_key", "id"], name="membership_union_name"),
            models.Index(fields=["employer", "state"], name="membership_employer"),
        ]


class UnionTally(models.Model):
    """Maintained roll-up: exact counts of each union itself and of its subtree.

    own_*: this union alone; all_*: this union and below. Kept by flows in the same transaction; `recount` proves it.
    """

    union = models.OneToOneField(TradeUnion, primary_key=True, on_delete=models.CASCADE, related_name="tally")
    own_active = models.IntegerField(default=0)
    own_preparatory = models.IntegerField(default=0)
    own_retained = models.IntegerField(default=0)
    all_active = models.IntegerField(default=0)
    all_preparatory = models.IntegerField(default=0)
    all_retained = models.IntegerField(default=0)
    all_unions = models.IntegerField(default=0, help_text="Active grassroots unions in the subtree.")
    all_employers = models.IntegerField(default=0, help_text="Employers covered now in the subtree.")


class Term(models.Model):
    """One term of office of a union's organs."""

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="terms")
    ordinal = models.PositiveSmallIntegerField(help_text="第几届.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    elected_on = models.DateField(null=True)
    due_count = models.PositiveIntegerField(null=True, help_text="Representatives due to attend.")
    present_count = models.PositiveIntegerField(null=True)
    approval_number = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["union", "ordinal"], name="term_ordinal"),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_period"),
        ]


class Officer(models.Model):
    """Somebody elected into an organ for a term."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="officers")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=60)
    organ = models.CharField(max_length=10, choices=rules.Organ)
    post = models.CharField(max_length=10, choices=rules.Post)
    left_on = models.DateField(null=True)


class Certificate(models.Model):
    """Certificate data of a union: registration number and validity, tied to the term."""

    union = models.ForeignKey(TradeUnion, on_delete=models.CASCADE, related_name="certificates")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, default="founding", help_text="founding or legal_person.")
    issued_on = models.DateField()
    valid_to = models.DateField(null=True)
    issued_by = models.CharField(max_length=120)
    approval_number = models.CharField(max_length=40, blank=True)


class Transfer(models.Model):
    """A member moves: asked for at the new union, told to the old one, done when both have acted or the old is silent.

    silent_after: when the old union's silence counts as consent.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="transfers")
    from_path = PathField(db_index=True)
    to_union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="transfers_in")
    to_path = PathField(db_index=True)
    to_employer = models.ForeignKey(Employer, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.TransferState, default=rules.TransferState.ASKED)
    asked_at = models.DateTimeField()
    silent_after = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["asked", "accepted"]), name="one_open_transfer"
            ),
        ]


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


class ImportState(models.TextChoices):
    """Life of an import."""

    UPLOADED = "uploaded", _("Uploaded")
    READING = "reading", _("Being read")
    PREVIEW = "preview", _("Ready to check")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


class ImportBatch(models.Model):
    """One file somebody brought in: staged, previewed, applied, undoable.

    mapping: column label → field key per sheet; summary: counts by outcome and the first problems.
    """

    kind = models.CharField(max_length=20, help_text="members, unions or employers.")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    rejects = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    union = models.ForeignKey(
        TradeUnion, on_delete=models.PROTECT, related_name="+", help_text="Under which it is imported."
    )
    path = PathField(db_index=True)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["path", "-id"], name="import_path")]


class ImportRow(models.Model):
    """One record of a file as staged: what it would do, what is wrong with it, and what undo must restore.

    values: sealed JSON of parsed values (personal data); problems: list of {field, label, code, message, remedy};
    outcome: create, change, same, refuse; before: sealed JSON of the old values of changed fields, for undo.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField(help_text="Row in the file, from 1.")
    outcome = models.CharField(max_length=8)
    values = EncryptedTextField()
    before = EncryptedTextField()
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    target_type = models.CharField(max_length=12, blank=True)
    target_id = models.BigIntegerField(null=True)
    applied = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="importrow_outcome"),
        ]
