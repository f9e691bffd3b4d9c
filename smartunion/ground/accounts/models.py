"""Accounts: users, roles with dates, phone codes, second factors, attempts."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smartunion.core.crypto.fields import BlindIndexField, EncryptedTextField
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Person, TradeUnion, phone_key


class UserManager(BaseUserManager["User"]):
    """Makes users; flows.users is the door for everything else."""

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
    mobile = EncryptedTextField()
    mobile_index = BlindIndexField(source="mobile", purpose="mobile", normalise=phone_key, unique=True)
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


class RoleGrant(models.Model):
    """A role held at a union from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=12, choices=Role)
    union = models.ForeignKey(TradeUnion, null=True, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "union"], condition=Q(valid_to=None), name="grant_once"
            ),
        ]


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

    mobile_index = models.BinaryField(db_index=True)
    purpose = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    def is_live(self, at: datetime) -> bool:
        """Whether it may still be tried."""
        return self.used_at is None and at < self.expires_at and self.attempts < 5


class Attempt(models.Model):
    """A counter of tries in one window: failed passwords, codes asked for; locks when full."""

    key = models.CharField(max_length=100, unique=True, help_text="What is limited, hashed where personal.")
    count = models.PositiveIntegerField(default=0)
    window_ends_at = models.DateTimeField()


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
