"""Accounts: users, roles with dates, phone codes, second factors, attempts, sign-ins, tokens."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.core.paths import PathField
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Membership, Officer, Person, TradeUnion, phone_key


class UserManager(BaseUserManager["User"]):
    """Makes and reads users; flows.users is the door for everything else."""

    def visible_to(self, actor: Actor) -> "models.QuerySet[User, User]":
        """One's own account, and staff with a role in the subtree one manages accounts in."""
        if "" in actor.paths("accounts.manage"):
            held = RoleGrant.objects.all()
        else:
            held = RoleGrant.objects.filter(actor.within("accounts.manage", "union__path"))
        return self.filter(Q(pk__in=held.values("user_id")) | Q(pk=actor.user_id or -1))

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this sign-in name, whatever its case."""
        return self.get(username=(username or "").strip().lower())

    def create_user(self, username: str, password: str | None = None, **values: Any) -> "User":
        """A user with a hashed password (unusable when None: she signs in by phone code)."""
        user = self.model(username=username.strip().lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in: staff by name and password with a second factor, workers by phone code or WeChat.

    username of a worker is a random handle she never sees; mobile finds her.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    person = models.OneToOneField(Person, null=True, on_delete=models.SET_NULL, related_name="user")
    disowned_person_id = models.BigIntegerField(null=True, help_text="She said: this is not me.")
    mobile = EncryptedTextField()
    mobile_index = BlindIndexField(source="mobile", purpose="mobile", normalise=phone_key, unique=True)
    email = EncryptedTextField()
    totp_secret = EncryptedTextField()
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_counter = models.BigIntegerField(default=0, help_text="A code is accepted once.")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    elder_mode = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.username

    @property
    def has_totp(self) -> bool:
        """Whether a second factor is set up and proven."""
        return self.totp_confirmed_at is not None


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Reads of roles."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own roles, and those in the subtree one manages accounts in."""
        if "" in actor.paths("accounts.manage"):
            return self
        return self.filter(actor.within("accounts.manage", "union__path") | Q(user_id=actor.user_id or -1))

    def active_on(self, day: date) -> Self:
        """Roles held on the day."""
        return self.active_or_coming(day).filter(valid_from__lte=day)

    def active_or_coming(self, day: date) -> Self:
        """Roles not over on the day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day))


class RoleGrant(models.Model):
    """A role held at a union from a day until a day; without union it holds everywhere.

    ended_with, ended_with_spell: the post or the membership it ended with, before the day it was to end (was_until; None
    without end).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=12, choices=Role)
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_by = models.BigIntegerField(null=True)
    ended_with = models.ForeignKey(Officer, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_with_spell = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    was_until = models.DateField(null=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "union"], condition=Q(valid_to=None), name="grant_once"
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(valid_to=None, union=None), name="grant_everywhere_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="grant_period"
            ),
        ]

    @property
    def path(self) -> str:
        """Path of the subtree it holds in; "" is everywhere."""
        return self.union.path if self.union else ""


class WechatIdentity(models.Model):
    """A WeChat account: openid per app, unionid across apps of one operator."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="wechat")
    app_id = models.CharField(max_length=40)
    open_id = models.CharField(max_length=64)
    union_id = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app_id", "open_id"], name="wechat_open_id")]


class PhoneCode(models.Model):
    """One code sent to one phone for one purpose; the code is kept hashed, works once and expires."""

    mobile_index = BlindIndexField(purpose="mobile", normalise=phone_key, null=False, db_index=True)
    purpose = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    def is_live(self, at: datetime, tries: int) -> bool:
        """Whether it may still be tried."""
        return self.used_at is None and at < self.expires_at and self.attempts < tries

    def may_be_tried(self, at: datetime, tries: int, repeatable: bool) -> bool:
        """`is_live`; repeatable: also when it was used already."""
        return self.is_live(at, tries) or (
            repeatable and self.used_at is not None and at < self.expires_at and self.attempts < tries
        )


class Attempt(models.Model):
    """A counter of tries in one window: failed passwords, codes asked for; full means locked until the window ends.

    locks, locked_at: how often it was full lately, so that each lock lasts longer than the one before.
    """

    key = models.CharField(max_length=100, unique=True, help_text="What is limited, hashed where personal.")
    count = models.PositiveIntegerField(default=0)
    window_ends_at = models.DateTimeField()
    locks = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["window_ends_at"], name="attempt_window")]


class RecoveryCode(models.Model):
    """A code printed at enrolment that stands in for the second factor once; only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class SignIn(models.Model):
    """One browser in which somebody is signed in; ending it here signs that browser out.

    method: how; agent: browser in a few words; network: masked address (its owner recognises it, nobody else can).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    method = models.CharField(max_length=10)
    agent = models.CharField(max_length=60, blank=True)
    network = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField()


class ApiToken(models.Model):
    """A bearer token of an outside system or a user's script; only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Reads of partners."""

    def visible_to(self, actor: Actor) -> Self:
        """Partners of unions whose accounts the actor manages."""
        return self.filter(actor.within("accounts.manage", "path"))


class Partner(models.Model):
    """An outside system that exchanges data with a union: the province's one net, a platform company.

    path: the union that agreed to it; what it does is done there and below. purpose: what the exchange is for, in words.
    """

    name = models.CharField(_("name"), max_length=60)
    purpose = models.CharField(_("what for"), max_length=200)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+", db_index=False)
    path = PathField(db_index=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = PartnerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "name"], name="partner_once")]


class PartnerToken(models.Model):
    """A bearer token of a partner for named scopes; only its hash is stored, so it is shown once."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    scopes = models.JSONField()
    token_hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
