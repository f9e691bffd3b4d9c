"""Bulk work on findings, and what is looked after each day."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.crypto.masking import mask_phone
from smartunion.core.jobs.batches import Telling, work_through
from smartunion.core.jobs.context import JobContext
from smartunion.core.listing.columns import Cell
from smartunion.systems.organising.flows import (
    by_hand,
    driver_ledger,
    field_news,
    findings,
    join_links,
    modes,
    partner_joiners,
    planned,
    verifying,
    villages,
)
from smartunion.systems.organising.models import JoinLink
from smartunion.systems.organising.queries.quarter import owing_now

BULK = "organising.bulk"
DAILY = "organising.daily"
VILLAGES = "organising.count_villages"
PLANS = "organising.keep_plans"


def bulk(context: JobContext) -> None:
    """Do the chosen act to each picked row, as the person who picked them; one line a row in the result file."""
    act = _ACTS[context.payload["action"]]
    heads = [_("Employer or union"), _("Outcome"), pgettext("organising", "Why not")]
    work_through(
        context, lambda pk: act(context.owner(), pk), Telling(heads, context.job.title, context.owner())
    )
    if context.payload["action"] == "list":
        modes.propose_modes(path="", at=clock.now(), employer_ids=context.payload["ids"])


def _take_up(actor: Actor, finding_id: int) -> list[Cell]:
    return [findings.take_up(actor=actor, finding_id=finding_id, at=clock.now()).subject_name]


def _put_on_list(actor: Actor, employer_id: int) -> list[Cell]:
    return [by_hand.put_on_list(actor=actor, employer_id=employer_id, at=clock.now()).subject_name]


_ACTS = {"take_up": _take_up, "list": _put_on_list}


def text_links(context: JobContext) -> None:
    """Send links for one person each by text message, as the person who made them; the result file says who got it and who
    not, and why."""
    heads = [pgettext("person", "Name"), _("Mobile"), _("Outcome"), pgettext("organising", "Why not")]
    page = (reverse("joining:links"), _("Links for one person"))
    telling = Telling(
        heads,
        context.job.title,
        context.owner(),
        done=pgettext("join link", "Sent"),
        left=pgettext("join link", "Not sent"),
        page=page,
    )

    def named(pk: int) -> list[Cell]:
        link = JoinLink.objects.filter(pk=pk).first()
        return [link.name, mask_phone(link.mobile)] if link is not None else ["", ""]

    def send(pk: int) -> list[Cell]:
        link = join_links.text_one(actor=context.owner(), link_id=pk, at=clock.now())
        return [link.name, mask_phone(link.mobile)]

    work_through(context, send, telling, named=named)


def follow_partners(context: JobContext) -> None:
    """What became of the people platforms sent, for those platforms to ask for. Safe to run again."""
    context.finish({"changed": partner_joiners.refresh(at=clock.now())})


def daily(context: JobContext) -> None:
    """Remind organisers of the quarter's end, check running drives, propose modes anew, forget picks nobody decided and drivers
    who are gone.

    Safe to run again.
    """
    at = clock.now()
    told = sum(
        field_news.tell_quarter_ends(user_id, count, duty.quarter, at=at)
        for user_id, count, duty in owing_now(clock.today())
    )
    proposed = modes.propose_modes(path="", at=at)
    checked = verifying.check_running_drives(at=at)
    gone = driver_ledger.forget_gone(at=at)
    links = join_links.forget_gone(at=at)
    context.finish({
        "reminded": told, "drives_checked": checked, "modes": proposed, "drivers_forgotten": gone, "links_forgotten": links,
    })  # fmt: skip


def keep_plans(context: JobContext) -> None:
    """Keep what is planned for today and later, and what became of the days gone by. Safe to run again."""
    context.finish(planned.keep_plans(at=clock.now()))


def count_villages(context: JobContext) -> None:
    """Count what stands in every village."""
    context.finish({"places": villages.count_villages(at=clock.now())})
