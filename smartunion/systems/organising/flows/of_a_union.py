"""What a union applies for with those above it: which union, who asks, whether she may."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from smartunion.core.ids import row_id
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.handlers import CaseRun, PrefillAsk
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.casework.rules import RUNNING
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionState

#: Who handles cases of a union may apply for it.
MAY_APPLY = "cases.handle"


def union_asked(ask: PrefillAsk) -> TradeUnion | None:
    """The union the link names, else the one union the actor works for; None unless she may apply for it."""
    given = row_id(ask.context.get("union", ""))
    if given:
        union = TradeUnion.objects.filter(pk=given).exclude(state=UnionState.CLOSED).first()
    else:
        own = {grant.union_id for grant in ask.actor.grants if MAY_APPLY in grant.permissions}
        only = own.pop() if len(own) == 1 else None
        union = TradeUnion.objects.filter(pk=only or 0).exclude(state=UnionState.CLOSED).first()
    return union if union is not None and ask.actor.can(MAY_APPLY, path=union.path) else None


def herself(ask: PrefillAsk, union: TradeUnion | None) -> dict[str, str]:
    """Her name and telephone: of her account, else of her record, else the union's where she is its head."""
    user = User.objects.select_related("person").filter(pk=ask.actor.user_id or 0).first()
    if user is None:
        return {}
    mobile = user.mobile or (user.person.mobile if user.person else "")
    if not mobile and union is not None and union.contact_name == user.name:
        mobile = union.contact_phone
    return {"name": "" if "*" in user.name else user.name, "mobile": mobile}


def against(run: CaseRun, union: TradeUnion | None) -> list[AnswerProblem]:
    """Why nothing can be applied for: not her union, or none that stands."""
    if union is None or not run.actor.can(MAY_APPLY, path=union.path):
        return [AnswerProblem("union", _("You can only apply for a union you work for."))]
    if union.state != UnionState.ACTIVE:
        return [AnswerProblem("union", _("%(union)s does not stand as a union yet.") % {"union": union.name})]
    return []


def running_case(run: CaseRun, union: TradeUnion | None, services: Collection[str]) -> CaseFile | None:
    """Another application of the union under one of these services that is not decided yet."""
    running = CaseFile.objects.filter(service_key__in=services, union=union, state__in=RUNNING)
    return running.exclude(pk=run.case.pk).first()
