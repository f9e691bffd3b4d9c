"""Kinds of a thing with their stock, and who pays what of a place; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from smartunion.core.errors import InvalidInput

MOST_ITEMS, MOST_COSTS = 20, 6
#: What the group keys of stock and of shares by answer begin with; see `item_group`, `answer_group`.
ITEM = "item="
_MOST_YUAN = Decimal(100_000)
_CENT = Decimal("0.01")


class Payer(TextChoices):
    """Who bears a part of what a place costs."""

    UNION = "union", pgettext_lazy("offer costs", "the union")
    EMPLOYER = "employer", pgettext_lazy("offer costs", "the employer")
    GOVERNMENT = "government", pgettext_lazy("offer costs", "public money")
    SELF = "self", pgettext_lazy("offer costs", "the participant")


@dataclass(frozen=True)
class Item:
    """One kind of a thing: stock: how many there are; yuan: what one costs the union."""

    key: str
    label: str
    stock: int
    yuan: Decimal = Decimal(0)

    def dump(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self) | {"yuan": str(self.yuan)}


@dataclass(frozen=True)
class Cost:
    """What one of those who pay bears of each place, in yuan."""

    payer: str
    yuan: Decimal
    note: str = ""

    def dump(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self) | {"yuan": str(self.yuan)}

    @property
    def label(self) -> str:
        """Who pays, in words."""
        return str(Payer(self.payer).label)


def load_items(data: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Items as stored."""
    return tuple(Item(**{**row, "yuan": Decimal(row["yuan"])}) for row in data)


def load_costs(data: Iterable[Mapping[str, Any]]) -> tuple[Cost, ...]:
    """Costs as stored."""
    return tuple(Cost(**{**row, "yuan": Decimal(row["yuan"])}) for row in data)


def check(items: Sequence[Item], costs: Sequence[Cost]) -> None:
    """Raise InvalidInput naming `items` or `costs`."""
    keys = [one.key for one in items]
    if len(items) > MOST_ITEMS or len(set(keys)) != len(keys) or not all(one.label.strip() for one in items):
        raise InvalidInput(
            _("Every kind of thing is named once, at most %(most)s.") % {"most": MOST_ITEMS}, field="items"
        )
    if any(one.stock < 1 or not 0 <= one.yuan <= _MOST_YUAN for one in items):
        raise InvalidInput(_("Of every kind there is at least one, and it has its price."), field="items")
    payers = [one.payer for one in costs]
    if len(costs) > MOST_COSTS or len(set(payers)) != len(payers) or set(payers) - set(Payer.values):
        raise InvalidInput(_("Everybody who pays stands there once."), field="costs")
    if not all(0 <= one.yuan <= _MOST_YUAN for one in costs):
        raise InvalidInput(_("Write in yuan what each place costs."), field="costs")


def item_group(key: str) -> str:
    """Key of the group whose places are the stock of an item."""
    return f"{ITEM}{key}"


def answer_group(question: str, answer: str) -> str:
    """Key of the group of those who gave an answer to a question: "q1=early shift"."""
    return f"{question}={answer}"[:60]


def total_yuan(costs: Iterable[Cost]) -> Decimal:
    """What a place costs altogether, in yuan."""
    return sum((one.yuan for one in costs), Decimal(0))


def union_yuan(items: Sequence[Item], costs: Iterable[Cost], *, item: str = "", places: int = 1) -> Decimal:
    """What a booking costs the union, in yuan: the thing she chose, and the union's share of each of her places."""
    thing = next((one.yuan for one in items if one.key == item), Decimal(0))
    share = next((one.yuan for one in costs if one.payer == Payer.UNION), Decimal(0))
    return thing + share * places


def most_yuan(items: Sequence[Item], costs: Iterable[Cost], *, places: int) -> Decimal:
    """What an offer costs the union at most, in yuan: everything there is given out, and every place taken.

    places: of all occasions together; where a thing is handed out, no more is given than there is of each kind.
    """
    share = next((one.yuan for one in costs if one.payer == Payer.UNION), Decimal(0))
    if not items:
        return (share * places).quantize(_CENT)
    given, left = Decimal(0), places
    for one in sorted(items, key=lambda item: -item.yuan):
        taken = min(one.stock, left)
        given, left = given + one.yuan * taken, left - taken
    return (given + share * (places - left)).quantize(_CENT)
