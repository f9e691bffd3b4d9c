"""Parameters of payments."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.engines.payments.rules.bankfile import DEFAULT_COLUMNS
from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

PARAMETERS = (
    Parameter(
        "payments.bank_columns", pgettext_lazy("payments", "Columns of the bank file"), Kind.TEXT, DEFAULT_COLUMNS,
        _("Default of SmartUnion: each bank has its own form for paying many at once. Enter the headings your bank asks for."),
        group=pgettext_lazy("payments", "Payments"),
        help=_(
            "Heading=content, divided by commas. Contents: position, name, account, bank, amount, reference; "
            "name, account, amount and reference are needed."
        ),
    ),
)  # fmt: skip
