"""What this room tells people, and how events of the audit trail read to their owner."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.notices.templates import Template

PHONE_FREED = "accounts.phone_freed"

TEMPLATES = (
    Template(
        PHONE_FREED, _("Your phone number was taken off your record"),
        _(
            "Somebody proved by a code that she holds the number registered for you, so it was taken off. If that was "
            "not right, tell your union; enter your present number to get messages again."
        ),
        channels=(),
    ),
    Template(
        "accounts.role_granted", _("You now hold a role: %(role)s"),
        _("From %(day)s you are %(role)s for %(where)s. The new pages are on the desk."), channels=(),
    ),
    Template(
        "accounts.role_revoked", _("A role has ended: %(role)s"),
        _("Your role as %(role)s for %(where)s ended on %(day)s. If that is a mistake, ask its administrator."),
        channels=(),
    ),
)  # fmt: skip

#: Events of this room in the owner's words.
EVENTS = {
    "accounts.signed_in": _("Signed in"),
    "accounts.signed_out": _("Signed out"),
    "accounts.signed_out_remotely": _("Other browsers were signed out"),
    "accounts.signin_failed": _("Somebody entered a wrong password"),
    "accounts.signin_locked": _("A sign-in was refused because of too many tries"),
    "accounts.signin_locked_now": _("Too many wrong passwords: signing in was closed for a while"),
    "accounts.factor_failed": _("Somebody entered a wrong code of the second factor"),
    "accounts.password_changed": _("The password was changed"),
    "accounts.password_reset": _("An administrator gave a new password"),
    "accounts.totp_enrolled": _("The second factor was set up"),
    "accounts.totp_removed": _("The second factor was taken away"),
    "accounts.totp_reset": _("An administrator took the second factor away"),
    "accounts.recovery_codes_renewed": _("New recovery codes were made"),
    "accounts.person_linked": _("The account was linked to the member record"),
    "accounts.person_unlinked": _("The account let go of the member record"),
    "accounts.mobile_changed": _("The mobile number was changed, proven by a code"),
    "accounts.mobile_released": _("Somebody else proved to hold this number; it no longer signs in here"),
    "accounts.email_changed": _("The e-mail address was changed"),
    "accounts.wechat_linked": _("WeChat was linked"),
    "accounts.wechat_unlinked": _("WeChat was unlinked"),
    "accounts.role_granted": _("A role was given"),
    "accounts.role_revoked": _("A role was taken away"),
    "accounts.token_created": _("An access token was made"),
    "accounts.token_revoked": _("An access token was withdrawn"),
    "accounts.closed": _("The account was closed"),
    "accounts.reopened": _("The account was reopened"),
}
