"""Bulk work on findings, and what is looked after each day."""

from datetime import timedelta

from django.utils.translation import gettext as _

from smartunion.core import clock
from smartunion.core.errors import DomainError
from smartunion.core.jobs.context import JobContext
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import User
from smartunion.systems.organising.flows import batches, field_news, findings, modes, verifying
from smartunion.systems.organising.queries.quarter import owing_now

BULK = "organising.bulk"
DAILY = "organising.daily"


def bulk(context: JobContext) -> None:
    """Do the chosen act to each picked finding, as the person who picked them; refusals are counted and told."""
    user = User.objects.get(pk=context.job.user_id or 0)
    actor = actor_of(user, on=clock.today(), source="job")
    ids, done, refused = context.payload["ids"], 0, []
    for number, finding_id in enumerate(ids, start=1):
        try:
            findings.take_up(actor=actor, finding_id=finding_id, at=clock.now())
            done += 1
        except DomainError as refusal:
            refused.append([finding_id, str(refusal)])
        if number % 20 == 0:
            context.progress(number, len(ids))
    context.finish({"summary": [[_("Done"), done], [_("Refused"), len(refused)]], "refused": refused[:1000]})


def daily(context: JobContext) -> None:
    """Remind organisers of the quarter's end, check running drives, propose modes anew, forget picks nobody decided.

    Safe to run again.
    """
    at = clock.now()
    told = sum(
        field_news.tell_quarter_ends(user_id, count, duty.quarter, at=at)
        for user_id, count, duty in owing_now(clock.today())
    )
    forgotten = batches.forget_drafts(before=at - timedelta(days=7))
    proposed = modes.propose_modes(path="", at=at)
    checked = verifying.check_running_drives(at=at)
    context.finish({"reminded": told, "forgotten": forgotten, "drives_checked": checked, "modes": proposed})
