"""Accounts' and messages' chapters of a person's own file; messages know no register, so they are read here."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext

from smartunion.ground.accounts.models import SignIn, User
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.taking_along import Part, Row

_MESSAGES = 2000


def _accounts(person_id: int) -> Sequence[Row]:
    return [
        {
            pgettext("own data", "Sign-in name"): user.username,
            pgettext("own data", "Name"): user.name,
            pgettext("own data", "Mobile number"): user.mobile,
            pgettext("own data", "E-mail"): user.email,
            pgettext("own data", "Since"): user.created_at,
        }
        for user in User.objects.filter(person=person_id).order_by("pk")
    ]


def _sign_ins(person_id: int) -> Sequence[Row]:
    rows = SignIn.objects.filter(user__person=person_id).order_by("pk")
    return [
        {
            pgettext("own data", "When"): row.started_at,
            pgettext("own data", "How"): row.method,
            pgettext("own data", "Browser"): row.agent,
        }
        for row in rows
    ]


def _messages(person_id: int) -> Sequence[Row]:
    rows = Notice.objects.filter(person_id=person_id).order_by("-pk")[:_MESSAGES]
    return [
        {
            pgettext("own data", "When"): row.created_at,
            pgettext("own data", "Title"): row.title,
            pgettext("own data", "Text"): row.body,
        }
        for row in reversed(rows)
    ]


CHAPTERS = (
    Part("accounts", gettext_lazy("Accounts"), _accounts),
    Part("sign_ins", gettext_lazy("Browsers signed in"), _sign_ins),
    Part("messages", gettext_lazy("Messages"), _messages),
)
