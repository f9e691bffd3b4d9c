"""Payments: money owed to people, lists released by two, bank files out and results in, funds and a ledger that balances."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.payments"
    label = "payments"
