"""Plans are made and their versions published."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.mutual.models import Plan, PlanVersion
from smartunion.systems.mutual.rules.terms import Terms, dump, missing, wrong
from smartunion.systems.mutual.wording import term_words

PUBLISH = "policies.edit"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A version to be published: terms, the day it begins, the document it comes from."""

    terms: Terms
    valid_from: date
    source: str


@transaction.atomic
def create_plan(*, actor: Actor, at: datetime, union_id: int, draft: Draft) -> Plan:
    """Make a plan with its first version, which may have begun in the past. Raises NotVisible, NotAllowed, InvalidInput."""
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can(PUBLISH, path=union.path)
    _check(draft)
    key = re.sub(r"[^a-z0-9_]", "", draft.terms.key)[:40] or "plan"
    try:
        with transaction.atomic():
            plan = Plan.objects.create(
                key=key, title=squeeze(draft.terms.title)[:80], union=union, path=union.path, created_at=at
            )
    except IntegrityError:
        raise InvalidInput(
            _("%(union)s runs this plan already.") % {"union": union.name},
            remedy=_("Publish a new version of it instead."), field="preset",
        ) from None  # fmt: skip
    audit.record(actor, "mutual.plan_made", plan, at=at)
    _publish(plan, 1, draft, actor, at)
    return plan


@transaction.atomic
def publish_version(*, actor: Actor, at: datetime, plan_id: int, draft: Draft) -> PlanVersion:
    """Publish new terms: they begin today or later, after the version before, and change nothing that has happened.

    Raises NotVisible, NotAllowed, InvalidInput; StaleState when somebody published first.
    """
    plan = get_visible(Plan.objects.visible_to(actor), plan_id)
    actor.check_can(PUBLISH, path=plan.path)
    _check(draft)
    last = plan.versions.order_by("-number").first()
    assert last is not None
    if draft.valid_from <= last.valid_from or draft.valid_from < local_date(at):
        raise InvalidInput(
            _("A new version begins today or later, and after the one before (%(day)s).")
            % {"day": last.valid_from.isoformat()},
            remedy=_("What has happened is worked out by the terms of its day."), field="valid_from",
        )  # fmt: skip
    ended = PlanVersion.objects.filter(pk=last.pk, valid_to=None).update(valid_to=draft.valid_from)
    if ended != 1:
        raise StaleState
    return _publish(plan, last.number + 1, draft, actor, at)


@transaction.atomic
def set_open(*, actor: Actor, at: datetime, plan_id: int, is_open: bool) -> Plan:
    """Let units enrol, or no longer; who is covered stays so. Raises NotVisible, NotAllowed, StaleState."""
    plan = get_visible(Plan.objects.visible_to(actor), plan_id)
    actor.check_can(PUBLISH, path=plan.path)
    if Plan.objects.filter(pk=plan.pk, is_open=not is_open).update(is_open=is_open) != 1:
        raise StaleState
    audit.record(actor, "mutual.plan_opened" if is_open else "mutual.plan_closed", plan, at=at)
    plan.refresh_from_db()
    return plan


def _check(draft: Draft) -> None:
    names = {one.key: one.title for one in draft.terms.benefits}
    bad = wrong(draft.terms)
    if bad:
        words = "、".join(term_words(key, names) for key in bad)
        raise InvalidInput(_("These terms cannot be right: %(terms)s.") % {"terms": words}, field=bad[0])
    gaps = missing(draft.terms)
    if gaps:
        words = "、".join(term_words(key, names) for key in gaps)
        raise InvalidInput(
            ngettext("One term is still to be set: %(terms)s.", "%(count)s terms are still to be set: %(terms)s.", len(gaps))
            % {"count": len(gaps), "terms": words},
            remedy=_("The source does not give them; enter your federation’s own."), field=gaps[0],
        )  # fmt: skip
    if not squeeze(draft.source):
        raise InvalidInput(_("Name the document the terms come from."), field="source")


def _publish(plan: Plan, number: int, draft: Draft, actor: Actor, at: datetime) -> PlanVersion:
    source = squeeze(draft.source)[:300]
    terms = replace(draft.terms, source=source)
    try:
        with transaction.atomic():
            made = PlanVersion.objects.create(
                plan=plan, number=number, terms=dump(terms), valid_from=draft.valid_from, source=source,
                published_at=at, user_id=actor.user_id, user_name=actor.name[:80],
            )  # fmt: skip
    except IntegrityError:
        raise StaleState from None
    audit.record(
        actor, "mutual.version_published", plan, at=at,
        data={"number": number, "valid_from": draft.valid_from.isoformat()},
    )  # fmt: skip
    return made
