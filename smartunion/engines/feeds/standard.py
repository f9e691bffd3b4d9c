"""The standard tables a department's file becomes: columns, types, what must be there. Pure.

Source: the matching contract (docs/matching.md); identifiers are text and never changed.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.tables.choosing import ChoosableField

Label = str | Promise


@dataclass(frozen=True)
class Column:
    """One column. kind: text, uscc, resident_id, mobile, year, month, count, money (in fen); required: refused without it."""

    key: str
    label: Label
    kind: str = "text"
    required: bool = False


@dataclass(frozen=True)
class StandardTable:
    """One standard table; `identity` names the columns that tell rows apart."""

    key: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]

    def column(self, key: str) -> Column:
        """The column of this key. Raises KeyError."""
        return {column.key: column for column in self.columns}[key]

    @property
    def choosable(self) -> list[ChoosableField]:
        """What a column of a file may be."""
        return [ChoosableField(column.key, column.label, column.required) for column in self.columns]


TABLES: Final = {
    "market": StandardTable(
        "market",
        (
            Column("entity_id", _("Register id")),
            Column("name", pgettext_lazy("organisation", "Name"), required=True),
            Column("uscc", _("USCC"), "uscc"),
            Column("old_reg_no", _("15-digit registration number")),
            Column("status", _("Status")),
            Column("entity_type", _("Type")),
            Column("district", _("District")),
            Column("address", _("Address")),
            Column("founded", _("Year founded"), "year"),
            Column("legal_person", _("Legal representative")),
            Column("former_name", _("Former name")),
        ),
        ("entity_id",),
    ),
    "social": StandardTable(
        "social",
        (
            Column("sid", _("Record number"), "count"),
            Column("name", _("Name"), required=True),
            Column("id_no", _("ID number"), "resident_id"),
            Column("mobile", _("Mobile"), "mobile"),
            Column("unit_no", _("Insurer's account number")),
            Column("unit_name", _("Unit"), required=True),
            Column("unit_code", _("Unit code"), "uscc"),
            Column("start_month", _("From month"), "month"),
            Column("end_month", _("To month"), "month"),
        ),
        ("sid",),
    ),
    "tax": StandardTable(
        "tax",
        (
            Column("tax_code", _("Taxpayer number"), "uscc"),
            Column("taxpayer_name", _("Taxpayer"), required=True),
            Column("employees", _("Employees"), "count"),
            Column("year", _("Year"), "year"),
        ),
        ("tax_code", "taxpayer_name", "year"),
    ),
    "drivers": StandardTable(
        "drivers",
        (
            Column("licence_no", _("Licence number")),
            Column("name", _("Name"), required=True),
            Column("id_no", _("ID number"), "resident_id"),
            Column("mobile", _("Mobile"), "mobile"),
            Column("plate_no", _("Plate")),
            Column("company_name", _("Company")),
            Column("region_name", _("Place")),
            Column("platform", _("Platform")),
            Column("valid_until", _("Licence valid until")),
        ),
        ("licence_no", "id_no"),
    ),
    "industry": StandardTable(
        "industry",
        (
            Column("name", _("Firm"), required=True),
            Column("uscc", _("USCC"), "uscc"),
            Column("scale", _("Above scale")),
            Column("grade", _("Grade")),
            Column("cluster", _("Cluster or chain")),
            Column("park", _("Park")),
            Column("employees", _("Employees"), "count"),
        ),
        ("uscc", "name"),
    ),
    "projects": StandardTable(
        "projects",
        (
            Column("project_name", _("Project"), required=True),
            Column("project_code", _("Project code")),
            Column("unit_name", _("Unit in charge"), required=True),
            Column("uscc", _("USCC"), "uscc"),
            Column("stage", _("Stage")),
            Column("address", _("Site")),
            Column("investment", _("Investment")),
            Column("employees", _("People on site"), "count"),
        ),
        ("project_code", "project_name", "unit_name"),
    ),
    "dues": StandardTable(
        "dues",
        (
            Column("tax_code", _("Taxpayer number"), "uscc"),
            Column("taxpayer_name", _("Taxpayer"), required=True),
            Column("item", _("Item levied")),
            Column("period_from", _("Period from"), "month", required=True),
            Column("period_to", _("Period to"), "month"),
            Column("wages", _("Total wages"), "money"),
            Column("due", _("Amount due"), "money"),
            Column("paid", _("Amount paid"), "money", required=True),
            Column("paid_month", _("Paid in"), "month"),
        ),
        ("tax_code", "taxpayer_name", "item", "period_from"),
    ),
    "identity": StandardTable(
        "identity",
        (
            Column("name", _("Name"), required=True),
            Column("id_no", _("ID number"), "resident_id", required=True),
            Column("outcome", _("Outcome"), required=True),
        ),
        ("id_no", "name"),
    ),
}  # fmt: skip
