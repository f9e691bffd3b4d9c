"""Shape of what the pages send; meaning is checked in rules and flows."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.rules import EVERYWHERE_ONLY, Role


def _date_input() -> forms.DateInput:
    """A browser's date field wants ISO dates, whatever the language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PhoneForm(forms.Form):
    """Step one of signing in by phone."""

    mobile = forms.CharField(
        label=_("Mobile number"), max_length=20,
        error_messages={"required": _("Enter your mobile number; we send a code to it.")},
    )  # fmt: skip


class CodeForm(forms.Form):
    """A code of six digits."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=12,
        error_messages={"required": _("Enter the code from the message.")},
    )


class PasswordSignInForm(forms.Form):
    """Signing in by name and password."""

    username = forms.CharField(
        label=_("Sign-in name"), max_length=60, error_messages={"required": _("Enter your sign-in name.")}
    )
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput,
        error_messages={"required": _("Enter your password.")},
    )  # fmt: skip


class FactorForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code of the authenticator app"), max_length=20,
        error_messages={"required": _("Enter the six digits the app shows now.")},
    )  # fmt: skip


#: Our sentences for the validators of settings.AUTH_PASSWORD_VALIDATORS, by the code of their refusal.
_WEAK = {
    "password_too_short": _("This password is too short: it needs at least 10 characters."),
    "password_too_common": _("This password is among those everybody tries first. Choose a rarer one."),
    "password_entirely_numeric": _("This password holds digits only. Add letters or other characters."),
    "password_too_similar": _("This password is too much like your name. Choose something else."),
}


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"), max_length=200, strip=False, widget=forms.PasswordInput
    )
    again = forms.CharField(
        label=_("The same again"), max_length=200, strip=False, widget=forms.PasswordInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = _(
            "At least 10 characters, not digits alone. Three words of your own are easy to remember and hard to guess."
        )

    def clean(self) -> dict[str, Any]:
        """Both equal, and good enough by the configured validators."""
        given = super().clean() or {}
        password = given.get("password", "")
        if password and given.get("again") and password != given["again"]:
            self.add_error(
                "again", _("The two entries differ. Enter the new password twice in the same way.")
            )
        if password:
            try:
                validate_password(password, self.user)
            except ValidationError as refused:
                for one in refused.error_list:
                    self.add_error("password", _WEAK.get(str(one.code), " ".join(one.messages)))
        return given


class ChangePasswordForm(NewPasswordForm):
    """A new password, with the present one first."""

    present = forms.CharField(
        label=_("Present password"), max_length=200, strip=False, widget=forms.PasswordInput
    )
    field_order = ("present", "password", "again")


class StaffForm(forms.Form):
    """A new staff account with its first role."""

    name = forms.CharField(label=_("Name"), max_length=60)
    username = forms.CharField(
        label=_("Sign-in name"), max_length=40, help_text=_("3 to 40 letters or digits, for example zhangli.")
    )
    mobile = forms.CharField(
        label=_("Mobile number"), max_length=20, required=False,
        help_text=_("For messages; she can also sign in with it."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Role"), choices=[])
    union = forms.CharField(
        label=_("Union"), max_length=120,
        help_text=_("Number or exact name of the union where the role holds; its whole subtree is included."),
    )  # fmt: skip
    valid_to = forms.DateField(
        label=_("Role ends on"), required=False, widget=_date_input(),
        help_text=_("Leave empty when the end is not known."),
    )  # fmt: skip

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Please choose")), *((role.value, role.label) for role in roles)]
        if self.data.get("role") in EVERYWHERE_ONLY:
            self.fields["union"].required = False
        self.fields["union"].widget.attrs["data-lookup"] = reverse("desk:pick_union")
        self.fields["role"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, as declared above


class GrantForm(StaffForm):
    """A further role of an account."""

    name = None  # type: ignore[assignment]  # Django's way to leave out an inherited field
    username = None  # type: ignore[assignment]  # as above
    mobile = None  # type: ignore[assignment]  # as above


class TokenForm(forms.Form):
    """A new bearer token."""

    name = forms.CharField(label=_("What uses it"), max_length=60)
    days = forms.TypedChoiceField(
        label=_("Valid for"), coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (366, _("one year"))], initial=90,
    )  # fmt: skip


class ContactForm(forms.Form):
    """Where messages go besides the phone."""

    email = forms.EmailField(label=_("E-mail"), required=False, max_length=200)
