"""What somebody meets at the desk whose role has ended: which one, when, and where to go instead."""

from datetime import date

from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed
from smartunion.ground.accounts.models import RoleGrant

#: Where pages begin that are for people with a role.
PLACES = ("/desk/", "/field/")


class RoleEnded(NotAllowed):
    """The role that opened this part has ended."""

    code = "role_ended"


def role_ended(actor: Actor, on: date) -> RoleEnded | None:
    """The refusal that names the role which ended last; None for who holds one, or never did."""
    if actor.user_id is None or actor.can("desk.enter"):
        return None
    ended = RoleGrant.objects.filter(user=actor.user_id, valid_to__lte=on).select_related("union")
    last = ended.order_by("-valid_to", "-pk").first()
    if last is None or last.valid_to is None:
        return None
    return RoleEnded(
        _("Your role %(role)s of %(union)s ended on %(day)s; the desk is not open to you any more.")
        % {
            "role": last.get_role_display(), "union": last.union.name if last.union else _("the whole installation"),
            "day": last.valid_to.isoformat(),
        },
        remedy=_(
            "Your own membership, cases and messages are where they were: open the start page. If you still hold the post, "
            "ask the union above for the role."
        ),
    )  # fmt: skip
