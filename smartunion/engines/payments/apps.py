"""Payments: money owed to people, lists released by two, bank files out and results in, funds and a ledger that balances."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PaymentsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.payments"
    label = "payments"

    def ready(self) -> None:
        """Words of the trail, what follows a person or union that is merged."""
        from smartunion.core import panels
        from smartunion.core.audit import events
        from smartunion.engines.payments import own_data
        from smartunion.engines.payments.flows.settling import PAID, TEMPLATES
        from smartunion.engines.payments.panels import PANELS
        from smartunion.engines.payments.parameters import PARAMETERS
        from smartunion.ground.facts import kinds as fact_kinds
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters
        from smartunion.ground.registry import forgetting, taking_along
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging

        events.register({
            "payments.owed": pgettext_lazy("looks", "A payment to you was entered"),
            "payments.cancelled": pgettext_lazy("looks", "A payment to you was cancelled"),
            "payments.paid": pgettext_lazy("looks", "A payment to you was made"),
            "payments.failed": pgettext_lazy("looks", "A payment to you came back from the bank"),
            "payments.payee_corrected": pgettext_lazy("looks", "The account of a payment to you was corrected"),
        }, is_private=True)  # fmt: skip
        fact_kinds.register(PAID)
        panels.register(*PANELS)
        taking_along.register(own_data.CHAPTER)
        forgetting.register(own_data.forget)
        templates.register(*TEMPLATES)
        parameters.register(*PARAMETERS)
        for model, label in (
            ("payments.Fund", _("funds")), ("payments.PaymentList", _("payment lists")), ("payments.Payable", _("payments")),
        ):  # fmt: skip
            merging.register(merging.Reference(model, "union", MergeKind.UNION, label))
        merging.register(merging.Reference("payments.Payable", "person", MergeKind.PERSON))
        merging.register(merging.Reference("payments.Trait", "person", MergeKind.PERSON))
        self._menu()

    def _menu(self) -> None:
        from smartunion.core.menu import Entry, register

        group = pgettext_lazy("payments", "Money")
        register(
            Entry("desk", "payments.owed", pgettext_lazy("payments", "Payments"), "payments:owed", "cash-coin", group=group,
                  order=60, permission="payments.prepare"),
            Entry("desk", "payments.lists", pgettext_lazy("payments", "Payment lists"), "payments:lists", "list-check",
                  group=group, order=61, permission="payments.prepare"),
            Entry("desk", "payments.likenesses", pgettext_lazy("payments", "Claims that look alike"), "payments:likenesses",
                  "intersect", group=group, order=62, permission="payments.prepare"),
            Entry("desk", "payments.funds", pgettext_lazy("payments", "Funds"), "payments:funds", "safe", group=group, order=63,
                  permission="funds.view"),
        )  # fmt: skip
