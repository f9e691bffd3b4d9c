"""How a person wants the pages to look, and where she wants to be reached."""

from datetime import datetime

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import User


def set_preferences(*, actor: Actor, elder_mode: bool | None = None, language: str | None = None) -> None:
    """Keep large text and language on the account; None leaves a value as it is, a stranger has nothing to keep."""
    values: dict[str, bool | str] = {}
    if elder_mode is not None:
        values["elder_mode"] = elder_mode
    if language is not None:
        values["language"] = language
    if values and actor.user_id is not None:
        User.objects.filter(pk=actor.user_id).update(**values)


@transaction.atomic
def set_email(*, actor: Actor, email: str, at: datetime) -> None:
    """Keep an e-mail address for messages; "" forgets it. Raises NotVisible for a stranger."""
    user = get_visible(User.objects.filter(pk=actor.user_id or -1), actor.user_id)
    user.email = email.strip()[:200]
    user.save(update_fields=["email"])
    audit.record(actor, "accounts.email_changed", user, at=at, owner_person_id=user.person_id)
