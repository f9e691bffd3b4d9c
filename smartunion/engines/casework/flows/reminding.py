"""Reminders before and after a last day, and throwing away drafts nobody sent."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.definition import Definition, Step
from smartunion.engines.casework.flows.forgetting import drop_papers
from smartunion.engines.casework.models import CaseFile, CaseMaterial
from smartunion.engines.casework.queries.versions import definition_for
from smartunion.engines.casework.rules import CaseState
from smartunion.engines.casework.telling import News, due_words, tell_applicant, tell_holders
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import TradeUnion

BATCH = 500


def remind(*, actor: Actor, at: datetime) -> int:
    """Tell whoever holds a case that its last day is near or past; past it, the union above too. Each is told once.

    Returns how many cases were looked at. Safe to run any number of times: notices have keys.
    """
    ahead = int(policies.value("casework.remind_days", path="", on=local_date(at)))
    waiting = CaseFile.objects.filter(
        state__in=[CaseState.OPEN, CaseState.SUPPLEMENT], due_at__lte=at + timedelta(days=ahead)
    ).select_related("service_version", "employer")
    count, last = 0, 0
    while True:
        batch = list(waiting.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not batch:
            return count
        for case in batch:
            _remind_one(case, at)
        count, last = count + len(batch), batch[-1].pk


@transaction.atomic
def _remind_one(case: CaseFile, at: datetime) -> None:
    definition = definition_for(case)
    step = definition.step(case.step)
    is_late = case.due_at is not None and case.due_at <= at
    key = f"case_due:{case.pk}:{case.due_at:%Y%m%d}:{'late' if is_late else 'soon'}"
    if case.state == CaseState.SUPPLEMENT:
        _remind_applicant(case, definition, is_late, at)
        return
    values = {"title": case.title, "step": step.title, "due": due_words(case.due_at)}
    if not is_late:
        text = _("%(title)s: “%(step)s” is due on %(due)s.") % values
        tell_holders(case, definition, step, text, key, at)
        return
    text = _("%(title)s: “%(step)s” was due on %(due)s and is late. The applicant is still waiting.") % values
    tell_holders(case, definition, step, text, key, at)
    urge_above(case, definition, step, key, at)


def urge_above(case: CaseFile, definition: Definition, step: Step, key: str, at: datetime) -> None:
    """The next union above learns of a late case: 逾期督办. Source: rules 5.17, late units are urged.

    Of a narrow case, which it may not open, it learns the service and the union that is late and nothing else.
    """
    above = ancestors(case.path)[:-1]
    if not above:
        return
    elsewhere = CaseFile(pk=case.pk, path=above[-1], title=case.title, version=case.version)
    if case.is_narrow:
        union = TradeUnion.objects.filter(path=case.path).values_list("name", flat=True).first()
        elsewhere.title = f"{definition.title} · {union}"
    text = _("%(title)s: “%(step)s” was due on %(due)s and is late. The applicant is still waiting.") % {
        "title": elsewhere.title, "step": step.title, "due": due_words(case.due_at),
    }  # fmt: skip
    link = "/desk/cases/" if case.is_narrow else ""
    tell_holders(elsewhere, definition, step, text, f"{key}:above", at, link=link)


def _remind_applicant(case: CaseFile, definition: Definition, is_late: bool, at: datetime) -> None:
    general = (
        _("%(title)s (%(reference)s) still waits for you; the last day was %(due)s. You can still send it.")
        if is_late
        else _("%(title)s (%(reference)s) waits for you until %(due)s.")
    )
    key = f"due:{case.due_at:%Y%m%d}:{'late' if is_late else 'soon'}"
    news = News(key, str(CaseState.SUPPLEMENT.label), general)
    tell_applicant(case, definition, CaseData.load(case.data), news, at)


@transaction.atomic
def drop_old_drafts(*, actor: Actor, at: datetime) -> int:
    """Delete drafts nobody has touched for the days the policy names: what is not sent is not kept."""
    days = int(policies.value("casework.draft_days", path="", on=local_date(at)))
    old = CaseFile.objects.filter(state=CaseState.DRAFT, updated_at__lt=at - timedelta(days=days))
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    if ids:
        drop_papers(CaseMaterial.objects.filter(case__in=ids))
        CaseFile.objects.filter(pk__in=ids, state=CaseState.DRAFT).delete()
        audit.record(actor, "casework.drafts_dropped", at=at, data={"count": len(ids), "days": days})
    return len(ids)
