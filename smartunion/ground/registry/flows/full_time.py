"""A chair who does nothing else: from which day on, where the unit is large enough."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.ground.registry.flows.posts import post_for
from smartunion.ground.registry.flows.stale import closed_record
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.models import Officer
from smartunion.ground.registry.queries.full_time import full_time_of
from smartunion.ground.registry.rules import Organ, Post, UnionState


@transaction.atomic
def set_full_time(
    *, actor: Actor, officer_id: int, since: date | None, note: str = "", at: datetime
) -> Officer:
    """Note from which day on a chair is full-time; None: she does it beside her work.

    Raises NotVisible, NotAllowed; InvalidInput naming since: no chair, not in office that day, or too few staff; StaleState
    when the post has ended, or its union. Source: Trade Union Law art. 14; domain rules 5.4.
    """
    post = post_for(actor, officer_id, "registry.edit")
    union, today = post.term.union, local_date(at)
    if union.state == UnionState.CLOSED:
        raise closed_record(union)
    if (post.organ, post.post) != (Organ.COMMITTEE, Post.CHAIR):
        raise InvalidInput(
            _("Only the chair of a union’s committee can be full-time by this rule."), field="since"
        )
    if post.left_on is not None and post.left_on <= today:
        raise StaleState(_("This post ended on %(day)s.") % {"day": post.left_on.isoformat()})
    if since is not None:
        _check(post, since, today)
    Officer.objects.filter(pk=post.pk).update(full_time_since=since)
    post.full_time_since = since
    audit.record(
        actor, "registry.chair_full_time", union, at=at, owner_person_id=post.person_id, reason=squeeze(note)[:200],
        data={"post": post.pk, "since": since.isoformat() if since else None},
    )  # fmt: skip
    return post


def _check(post: Officer, since: date, today: date) -> None:
    check_not_future(since, today, field="since")
    if since < post.begins:
        raise InvalidInput(
            _("She is in office since %(day)s.") % {"day": post.begins.isoformat()}, field="since"
        )
    union = post.term.union
    rule = full_time_of(union, since)
    if rule is None or rule.is_possible:
        return
    if rule.staff is None:
        raise InvalidInput(
            _("The staff of those %(union)s covers is not known.") % {"union": union.name},
            remedy=_(
                "Enter it on the employer’s page first; a full-time chair is possible from %(needed)s on."
            )
            % {"needed": rule.needed},
            field="since",
        )
    raise InvalidInput(
        _("%(union)s covers %(staff)s people; a full-time chair is possible from %(needed)s on.")
        % {"union": union.name, "staff": rule.staff, "needed": rule.needed},
        remedy=_("She leads the union beside her work. Correct the staff on the employer’s page where it has changed."),
        field="since",
    )  # fmt: skip
