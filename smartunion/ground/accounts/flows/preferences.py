"""How a person wants the pages to look."""

from smartunion.core.actor import Actor
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
