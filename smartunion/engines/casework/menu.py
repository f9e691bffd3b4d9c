"""Entries of the shells."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.menu import Entry
from smartunion.engines.casework.queries.queue import applicant_badge, badge, looks_badge

ENTRIES = (
    Entry("portal", "casework.services", _("Services"), "casework:services", "grid", group="tabs", order=20),
    Entry(
        "portal", "casework.cases", _("My cases"), "casework:my_cases", "folder2-open", group="tabs", order=30, yields=True,
        badge=applicant_badge,
    ),
    Entry(
        "desk", "casework.queue", _("Cases"), "casework:queue", "inbox", group=_("Work"), order=20,
        permission="cases.view", badge=badge,
    ),
    Entry(
        "desk", "casework.counter", _("Counter"), "casework:counter", "person-lines-fill", group=_("Work"), order=25,
        permission="cases.handle",
    ),
    Entry(
        "desk", "casework.second_looks", _("Second looks"), "casework:second_looks", "search-heart", group=_("Work"),
        order=26, permission="cases.handle", badge=looks_badge,
    ),
    Entry(
        "desk", "casework.designs", _("Service designer"), "casework:designs", "ui-checks-grid", group=_("Work"), order=27,
        permission="services.design",
    ),
    Entry(
        "desk", "casework.partners", pgettext_lazy("systems", "Exchange"), "casework:partners", "hdd-network",
        group=_("Administration"), order=820, permission="accounts.manage",
    ),
)  # fmt: skip
