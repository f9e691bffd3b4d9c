"""The form an offer is written with: fields, occasions, shares of the places, questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.engines.offers.models import Offer
from smartunion.engines.offers.rules.conditions import GROUPS, Conditions
from smartunion.engines.offers.rules.questions import Asked, Question, QuestionKind
from smartunion.engines.offers.rules.words import Allocation, OfferKind, QuotaScope
from smartunion.engines.offers.service import OccasionData, OfferData, QuotaData
from smartunion.ground.registry.models import TradeUnion

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ROWS, MOST_DAYS = 6, 31


def _moment(label: "str | _StrPromise") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


class OfferForm(forms.Form):
    """What an offer says, but for its rows."""

    union = forms.ChoiceField(label=_("Offered by"))
    kind = forms.ChoiceField(label=_("kind of offer"), choices=OfferKind.choices)
    title = forms.CharField(label=_("title of the offer"), max_length=60)
    summary = forms.CharField(label=_("in a sentence"), max_length=200, required=False)
    details = forms.CharField(
        label=_("all about it"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    place = forms.CharField(label=_("place"), max_length=200, required=False)
    allocation = forms.ChoiceField(
        label=_("How places are given"), initial=Allocation.DRAW,
        choices=[(one.value, one.label) for one in Allocation if one != Allocation.RANKED],
        help_text=_("Where places are scarce, a draw gives everybody the same chance, whoever has a fast phone or time."),
    )  # fmt: skip
    opens_at = _moment(_("sign-up opens"))
    closes_at = _moment(_("sign-up closes"))
    audience = forms.ChoiceField(label=_("Meant for"), required=False)
    members_only = forms.BooleanField(label=_("Members only"), required=False, initial=True)
    sex = forms.ChoiceField(
        label=_("Women or men only"),
        required=False,
        choices=[("", _("everybody")), ("f", _("women")), ("m", _("men"))],
    )
    group = forms.ChoiceField(
        label=_("One group only"), required=False, choices=[("", _("everybody")), *GROUPS.items()]
    )
    party_max = forms.IntegerField(
        label=_("People who come together at most"), min_value=1, max_value=20, initial=1
    )
    is_transferable = forms.BooleanField(label=_("May be passed on to a colleague"), required=False)
    needs_confirming = forms.BooleanField(
        label=_("Places are confirmed by whoever gets one"), required=False,
        help_text=_("Whoever does not confirm in time gives the place to the next in line."),
    )  # fmt: skip
    cancel_hours = forms.IntegerField(
        label=_("Free cancelling until hours before"), min_value=0, max_value=720, initial=24
    )
    repeat_days = forms.IntegerField(
        label=_("The same occasions on how many days in a row"), min_value=1, max_value=MOST_DAYS, initial=1,
        help_text=_("For check-ups by shift: write the shifts of the first day, they are repeated on the days after."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TradeUnion.objects.filter(actor.within("offers.manage", "path")).exclude(state="closed")
        unions = list(rows.order_by("depth", "pk").values_list("pk", "path", "name")[:100])
        self.paths = {str(pk): path for pk, path, _name in unions}
        union, audience = self.fields["union"], self.fields["audience"]
        assert isinstance(union, forms.ChoiceField)
        assert isinstance(audience, forms.ChoiceField)
        union.choices = [(str(pk), name) for pk, _path, name in unions]
        audience.choices = [("", _("everybody")), *[(path, name) for _pk, path, name in unions]]
        self.shares = [(f"group:{key}", str(label)) for key, label in GROUPS.items()]
        self.shares += [(f"union:{path}", name) for _pk, path, name in unions[:60]]


@dataclass(frozen=True)
class Rows:
    """Rows as typed: occasions (start, end, capacity, label, place), shares (what, size), questions."""

    occasions: list[dict[str, str]]
    shares: list[dict[str, str]]
    questions: list[dict[str, str]]


_OCCASION = ("start", "end", "capacity", "label", "place")
_SHARE = ("what", "size")
_QUESTION = ("words", "kind", "asked", "required", "options")


def rows_of(post: QueryDict) -> Rows:
    """What was typed, with empty rows to go on."""
    return Rows(
        _rows(post, "o", _OCCASION, ROWS), _rows(post, "s", _SHARE, 4), _rows(post, "a", _QUESTION, 4)
    )  # fmt: skip


def _rows(post: QueryDict, head: str, names: tuple[str, ...], fewest: int) -> list[dict[str, str]]:
    lists = {name: post.getlist(f"{head}_{name}") for name in names}
    typed = min(200, max(map(len, lists.values())))
    return [
        {name: values[at][:200] if at < len(values) else "" for name, values in lists.items()}
        for at in range(max(fewest, typed))
    ]


def offer_data(form: OfferForm, rows: Rows, client_id: UUID) -> OfferData:
    """The offer as flows take it. Raises InvalidInput naming occasions, quotas or questions."""
    given = form.cleaned_data
    return OfferData(
        client_id=client_id, kind=given["kind"], title=given["title"], summary=given["summary"], details=given["details"],
        place=given["place"], allocation=given["allocation"], opens_at=given["opens_at"], closes_at=given["closes_at"],
        audience_path=given["audience"], party_max=given["party_max"], is_transferable=given["is_transferable"],
        needs_confirming=given["needs_confirming"], cancel_hours=given["cancel_hours"],
        conditions=Conditions(members_only=given["members_only"], sex=given["sex"], group=given["group"]),
        occasions=tuple(_occasions(rows, given["repeat_days"])), quotas=tuple(_shares(rows)),
        questions=tuple(_questions(rows)),
    )  # fmt: skip


def _occasions(rows: Rows, days: int) -> list[OccasionData]:
    written = [row for row in rows.occasions if row["start"] or row["end"] or row["capacity"]]
    if len(written) * days > 200:
        raise InvalidInput(_t("An offer needs between one and 200 occasions."), field="occasions")
    return [
        OccasionData(
            starts_at=_at(row["start"]) + timedelta(days=day), ends_at=_at(row["end"]) + timedelta(days=day),
            capacity=_count(row["capacity"], "occasions"), label=row["label"].strip()[:60], place=row["place"].strip(),
        )
        for day in range(days) for row in written
    ]  # fmt: skip


def _at(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput(
            _t("Every occasion needs its beginning, its end and its places."), field="occasions"
        )
    return moment if moment.tzinfo else make_aware(moment)


def _count(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 8:
        raise InvalidInput(_t("Write the number of places in digits."), field=field)
    return int(text)


def _shares(rows: Rows) -> list[QuotaData]:
    shares = []
    for row in rows.shares:
        scope, _colon, key = row["what"].partition(":")
        if scope in (QuotaScope.UNION, QuotaScope.GROUP) and key:
            size = _count(row["size"], "quotas")
            path, group = (key, "") if scope == QuotaScope.UNION else ("", key)
            shares.append(QuotaData(scope=scope, size=size, path=path, key=group))
    return shares


def _questions(rows: Rows) -> list[Question]:
    return [
        Question(
            key=f"q{at}", label=row["words"].strip()[:120], kind=row["kind"] or QuestionKind.TEXT,
            asked=row["asked"] if row["asked"] in Asked.values else Asked.SIGN_UP, is_required=row["required"] == "1",
            options=tuple(filter(None, (one.strip() for one in row["options"].replace("，", ",").split(",")))),
        )
        for at, row in enumerate(rows.questions, 1) if row["words"].strip()
    ]  # fmt: skip


def initial_of(offer: Offer) -> tuple[Mapping[str, object], Rows]:
    """A draft as the form shows it."""
    wanted = Conditions.load(offer.conditions)
    names = ("kind", "title", "summary", "details", "place", "allocation", "party_max", "is_transferable",
             "needs_confirming", "cancel_hours", "opens_at", "closes_at")  # fmt: skip
    values = {name: getattr(offer, name) for name in names}
    values |= {
        "union": str(offer.union_id), "audience": offer.audience_path, "members_only": wanted.members_only,
        "sex": wanted.sex, "group": wanted.group, "repeat_days": 1,
    }  # fmt: skip
    occasions = [
        {"start": _local(one.starts_at), "end": _local(one.ends_at), "capacity": str(one.capacity), "label": one.label,
         "place": one.place} for one in offer.occasions.order_by("starts_at", "pk")
    ]  # fmt: skip
    shares = [
        {"what": f"{one.scope}:{one.path or one.key}", "size": str(one.size)}
        for one in offer.quotas.filter(occasion=None).order_by("pk")
    ]
    questions = [
        {"words": one["label"], "kind": one["kind"], "asked": one["asked"], "required": "1" if one["is_required"] else "",
         "options": "，".join(one["options"])} for one in offer.questions
    ]  # fmt: skip
    more = rows_of(QueryDict())
    return values, Rows(
        occasions + more.occasions[:2], shares + more.shares[:2], questions + more.questions[:2]
    )


def _local(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%dT%H:%M}"
