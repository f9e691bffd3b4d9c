"""What several services of this room share: offices, kinds of matters, the panel of similar ones."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.engines.casework.definition import Option, text
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, ServiceHandler
from smartunion.engines.casework.rules import Act, CaseState
from smartunion.systems.matters.flows.signing import sign
from smartunion.systems.matters.models import WorkOrder
from smartunion.systems.matters.queries.demands import demand_of, similar_to

OFFICES = ("cadre", "admin", "chair")

CATEGORIES = (
    Option("wages", text("工资报酬", "Wages")),
    Option("insurance", text("社会保险", "Social insurance")),
    Option("contract", text("劳动合同", "Labour contract")),
    Option("hours", text("工时休假", "Working hours and leave")),
    Option("safety", text("安全卫生", "Safety and health")),
    Option("hardship", text("职工困难", "Hardship")),
    Option("family", text("子女托管、家庭照护", "Child care and family")),
    Option("activities", text("文体活动、学习培训", "Activities and learning")),
    Option("conflict", text("矛盾苗头", "Looming conflict")),
    Option("union", text("建会入会", "Founding and joining")),
    Option("advice", text("意见建议", "Suggestion")),
    Option("other", text("其他", "Other")),
)

#: Similar matters shown beside a case.
SHOWN = 5


class GatheredHandler(ServiceHandler):
    """A matter beside which similar ones are shown, to be gathered into one demand."""

    def changed(self, run: CaseRun, act: Act) -> None:
        """What is kept of its words follows the words."""
        if act in {Act.SUBMIT, Act.RESUBMIT}:
            sign(run.case, at=run.at)

    def panels(self, run: CaseRun) -> list[Panel]:
        """The work order, and the demand it belongs to or the matters like it."""
        return [*_order_panel(run), *self._alike(run)]

    def _alike(self, run: CaseRun) -> list[Panel]:
        demand = demand_of(run.case.pk)
        if demand is not None:
            href = reverse("matters:demand", args=[demand.pk])
            facts = (Fact(_("Demand"), demand.title, href=href), Fact(_("Matters"), str(demand.matters)))
            return [
                Panel(
                    _("Belongs to a demand"), facts, _("Everybody who asked is told what is done about it.")
                )
            ]
        found = similar_to(run.actor, run.case, run.at, most=SHOWN)
        if not found:
            return []
        lines = [
            Fact(
                "、".join(one.shared[:2]) or one.case.reference,
                one.case.title,
                href=f"/desk/cases/{one.case.pk}/",
            )
            for one in found
        ]
        href = f"{reverse('matters:gather')}?case={run.case.pk}"
        gather = Fact(_("All of them"), _("Gather into one demand"), href=href)
        return [
            Panel(_("Similar matters"), (*lines, gather), _("By the words they share, newest months only."))
        ]


def _order_panel(run: CaseRun) -> list[Panel]:
    """The work order of the case, or the way to make it one."""
    case = run.case
    order = WorkOrder.objects.filter(case=case).first()
    if order is not None:
        href = reverse("matters:order", args=[order.pk])
        until = Fact(_("Until"), date_format(order.due_on, "DATE_FORMAT"))
        return [
            Panel(
                pgettext("order", "Work order"),
                (Fact(str(order.get_difficulty_display()), str(order.get_state_display()), href=href), until),
            )
        ]
    if case.service_key != "request" or case.state != CaseState.OPEN:
        return []
    if not run.actor.can("cases.handle", path=case.path):
        return []
    href = reverse("matters:order_make", args=[case.pk])
    note = _("With a difficulty, a day, a call-back and a place in the figures.")
    return [
        Panel(
            pgettext("order", "Work order"),
            (Fact(_("Not yet"), _("Turn it into a work order"), href=href),),
            note,
        )
    ]
