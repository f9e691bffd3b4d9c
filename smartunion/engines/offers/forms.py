"""The form an offer is written with: fields, occasions, shares of the places, questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.engines.offers.handlers import HANDLERS
from smartunion.engines.offers.models import Offer
from smartunion.engines.offers.presets import Preset
from smartunion.engines.offers.rules.conditions import GROUPS, Conditions
from smartunion.engines.offers.rules.questions import Asked, Question, QuestionKind
from smartunion.engines.offers.rules.terms import ITEM, Cost, Item, answer_group, load_costs, load_items
from smartunion.engines.offers.rules.words import Allocation, LimitPeriod, OfferKind, QuotaScope
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
        choices=[(one.value, one.label) for one in Allocation],
        help_text=_("Where places are scarce, a draw gives everybody the same chance, whoever has a fast phone or time."),
    )  # fmt: skip
    ranking = forms.ChoiceField(
        label=_("Ranked by"), required=False,
        help_text=_("Where places are given by need: points come first, a draw decides between equal ones."),
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
    member_days = forms.IntegerField(
        label=_("Member for at least (days)"), min_value=0, max_value=20_000, initial=0, required=False
    )
    age_from = forms.IntegerField(label=_("From age"), min_value=0, max_value=120, required=False)
    age_to = forms.IntegerField(label=_("To age"), min_value=0, max_value=120, required=False)
    limit_period = forms.ChoiceField(
        label=_("How often, over all offers of this kind"), required=False,
        choices=[("", _("no limit")), *LimitPeriod.choices],
        help_text=_("Counts with all other offers of the same kind or programme, of whichever union."),
    )  # fmt: skip
    limit_per = forms.IntegerField(
        label=_("At most so often in it"), min_value=1, max_value=100, initial=1, required=False
    )
    limit_years = forms.IntegerField(
        label=_("If several years: how many"), min_value=1, max_value=20, initial=1, required=False
    )
    fewest = forms.IntegerField(
        label=_("Held from so many people on"), min_value=0, max_value=10_000, initial=0, required=False,
        help_text=_("An occasion with fewer when sign-up closes is called off, and everybody is told why. 0: always held."),
    )  # fmt: skip
    keep_question = forms.ChoiceField(
        label=_("Kept apart by the answers to"), required=False,
        choices=[("", _("nothing"))] + [(f"q{n}", _("question %(n)s") % {"n": n}) for n in range(1, 7)],
        help_text=_("Of those who give the same answer only so many go to one occasion: a production line never stops."),
    )  # fmt: skip
    keep_most = forms.IntegerField(
        label=_("With the same answer at most"), min_value=0, max_value=10_000, initial=0, required=False
    )
    absences_most = forms.IntegerField(
        label=_("Days without notice that lose the place"), min_value=0, max_value=60, initial=0, required=False,
        help_text=_("For courses of several days with a roll. 0: none does."),
    )  # fmt: skip
    attendance_pct = forms.IntegerField(
        label=_("Below so much attendance not in the next term (%)"), min_value=0, max_value=100, initial=0, required=False,
        help_text=_("Excused days do not count. 0: no consequence."),
    )  # fmt: skip
    is_private = forms.BooleanField(
        label=_("Participants are nobody's business"), required=False,
        help_text=_("Desks, lists and files show numbers instead of names, and no union sees how many of its members come."),
    )  # fmt: skip
    consent = forms.CharField(
        label=_("Consent at sign-up"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where data go to somebody else: which data, to whom, what for. Nobody signs up without agreeing to it."),
    )  # fmt: skip
    ban_days = forms.IntegerField(
        label=_("Who does not come waits (days)"), min_value=0, max_value=365, required=False,
        help_text=_("Empty: as the federation's parameter says. 0: no consequence."),
    )  # fmt: skip
    basis = forms.CharField(
        label=_("The rule it follows"), max_length=300, required=False,
        help_text=_("Title and number of your own document; members read it with the offer."),
    )  # fmt: skip
    preset = forms.CharField(required=False, widget=forms.HiddenInput)
    limit_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    party_max = forms.IntegerField(
        label=_("People who come together at most"), min_value=1, max_value=20, initial=1
    )
    is_transferable = forms.BooleanField(label=_("May be passed on to a colleague"), required=False)
    needs_confirming = forms.BooleanField(
        label=_("Places are confirmed by whoever gets one"), required=False,
        help_text=_("Whoever does not confirm in time gives the place to the next in line."),
    )  # fmt: skip
    certificate_pct = forms.IntegerField(
        label=_("Certificate of attendance for whoever was there for (percent of the time)"), min_value=0, max_value=100,
        initial=0, required=False, help_text=_("0: for whoever came. For more, read codes on the way out as well."),
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
        ranking = self.fields["ranking"]
        assert isinstance(ranking, forms.ChoiceField)
        ranking.choices = [("", "–"), *[(key, handler.label) for key, handler in HANDLERS.items()]]
        audience.choices = [("", _("everybody")), *[(path, name) for _pk, path, name in unions]]
        self.shares = [(f"group:{key}", str(label)) for key, label in GROUPS.items()]
        self.shares += [(f"union:{path}", name) for _pk, path, name in unions[:60]]


@dataclass(frozen=True)
class Rows:
    """Rows as typed: occasions (start, end, capacity, label, place), shares (what, size), questions, items, costs."""

    occasions: list[dict[str, str]]
    shares: list[dict[str, str]]
    questions: list[dict[str, str]]
    items: list[dict[str, str]]
    costs: list[dict[str, str]]

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Answers that shares of the places may go to: (value of the share, words)."""
        return [
            (f"group:{answer_group(f'q{at}', answer)}", f"{row['words']} — {answer}")
            for at, row in enumerate(self.questions, 1)
            if row["kind"] == QuestionKind.CHOICE
            for answer in _options(row["options"])
        ]


_OCCASION = ("start", "end", "capacity", "label", "place")
_SHARE = ("what", "size")
_QUESTION = ("words", "kind", "asked", "required", "options")
_ITEM = ("label", "stock", "yuan")
_COST = ("payer", "yuan", "note")


def rows_of(post: QueryDict) -> Rows:
    """What was typed, with empty rows to go on."""
    return Rows(
        _rows(post, "o", _OCCASION, ROWS), _rows(post, "s", _SHARE, 4), _rows(post, "a", _QUESTION, 4),
        _rows(post, "i", _ITEM, 3), _rows(post, "c", _COST, 3),
    )  # fmt: skip


def rows_from(preset: Preset, at: datetime) -> Rows:
    """Rows of a ready programme, its days counted from today, with empty ones to go on."""
    today = localtime(at).date()
    occasions = [
        {"start": _day_at(today, row, "start"), "end": _day_at(today, row, "end")}
        | {name: row.get(name, "") for name in ("capacity", "label", "place")}
        for row in preset.occasions
    ]
    more = rows_of(QueryDict())
    return Rows(
        (occasions + more.occasions)[: max(ROWS, len(occasions) + 2)], _filled(preset.shares, _SHARE, more.shares),
        _filled(preset.questions, _QUESTION, more.questions), _filled(preset.items, _ITEM, more.items),
        _filled(preset.costs, _COST, more.costs),
    )  # fmt: skip


def values_from(preset: Preset, at: datetime) -> dict[str, object]:
    """Fields of a ready programme as the form shows them first."""
    start = localtime(at).replace(hour=9, minute=0, second=0, microsecond=0)
    opens, closes = start + timedelta(days=preset.opens_in), start + timedelta(days=preset.closes_in)
    own = {
        "title": preset.title, "summary": preset.summary, "opens_at": opens, "closes_at": closes, "preset": preset.key,
        "basis": preset.source[:300],
    }  # fmt: skip
    return own | dict(preset.values)


def _day_at(today: date, row: Mapping[str, str], which: str) -> str:
    day = today + timedelta(days=int(row.get(f"{which}_day", row["day"])))
    return f"{day.isoformat()}T{row[which]}"


def _filled(
    given: Sequence[Mapping[str, str]], names: tuple[str, ...], more: list[dict[str, str]]
) -> list[dict[str, str]]:
    return [{name: row.get(name, "") for name in names} for row in given] + more[:2]


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
    occasions = tuple(_occasions(rows, given["repeat_days"]))
    return OfferData(
        client_id=client_id, kind=given["kind"], title=given["title"], summary=given["summary"], details=given["details"],
        place=given["place"], allocation=given["allocation"], opens_at=given["opens_at"], closes_at=given["closes_at"],
        audience_path=given["audience"], party_max=given["party_max"], is_transferable=given["is_transferable"],
        needs_confirming=given["needs_confirming"], cancel_hours=given["cancel_hours"],
        certificate_pct=given["certificate_pct"] or 0,
        conditions=Conditions(
            members_only=given["members_only"], sex=given["sex"], group=given["group"], age_from=given["age_from"],
            age_to=given["age_to"], member_days=given["member_days"] or 0,
        ),
        occasions=occasions, quotas=tuple(_shares(rows, sum(one.capacity for one in occasions))),
        questions=tuple(_questions(rows)), items=tuple(_items(rows)), costs=tuple(_costs(rows)),
        ranking=given["ranking"], fewest=given["fewest"] or 0, absences_most=given["absences_most"] or 0,
        attendance_pct=given["attendance_pct"] or 0, is_private=given["is_private"], consent=given["consent"].strip(),
        keep_key=given["keep_question"], keep_most=given["keep_most"] or 0, ban_days=given["ban_days"],
        basis=given["basis"].strip(), preset=given["preset"][:40], **_limit(given),
    )  # fmt: skip


def _limit(given: Mapping[str, Any]) -> dict[str, Any]:
    period = given["limit_period"]
    if not period:
        return {}
    return {
        "limit_key": given["limit_key"] or given["kind"], "limit_period": period, "limit_per": given["limit_per"] or 1,
        "limit_years": given["limit_years"] or 1,
    }  # fmt: skip


def _yuan(text: str, field: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "").strip() or "0")
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != round(amount, 2):
        raise InvalidInput(gettext("Write an amount in yuan, with at most two decimals."), field=field)
    return amount


def _items(rows: Rows) -> list[Item]:
    return [
        Item(f"i{at}", row["label"].strip()[:60], count_of(row["stock"], "items"), _yuan(row["yuan"], "items"))
        for at, row in enumerate(rows.items, 1) if row["label"].strip()
    ]  # fmt: skip


def _costs(rows: Rows) -> list[Cost]:
    return [
        Cost(row["payer"], _yuan(row["yuan"], "costs"), row["note"].strip()[:60])
        for row in rows.costs if row["payer"]
    ]  # fmt: skip


def _all_stock(rows: Rows) -> str:
    """Places of an occasion where only things are handed out: as many as there are of all kinds."""
    given = [row["stock"].strip() for row in rows.items if row["label"].strip()]
    return (
        str(sum(map(int, given))) if given and all(one.isascii() and one.isdigit() for one in given) else ""
    )


def _occasions(rows: Rows, days: int) -> list[OccasionData]:
    written = [row for row in rows.occasions if row["start"] or row["end"] or row["capacity"]]
    if len(written) * days > 200:
        raise InvalidInput(gettext("An offer needs between one and 200 occasions."), field="occasions")
    return [
        OccasionData(
            starts_at=moment_of(row["start"]) + timedelta(days=day), ends_at=moment_of(row["end"]) + timedelta(days=day),
            capacity=count_of(row["capacity"] or _all_stock(rows), "occasions"), label=row["label"].strip()[:60],
            place=row["place"].strip(),
        )
        for day in range(days) for row in written
    ]  # fmt: skip


def moment_of(text: str) -> datetime:
    """A time of an occasion as typed. Raises InvalidInput naming occasions."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput(
            gettext("Every occasion needs its beginning, its end and its places."), field="occasions"
        )
    return moment if moment.tzinfo else make_aware(moment)


def count_of(text: str, field: str) -> int:
    """A number of places as typed. Raises InvalidInput naming the field."""
    if not text.isascii() or not text.isdigit() or len(text) > 8:
        raise InvalidInput(gettext("Write the number of places in digits."), field=field)
    return int(text)


def _share(text: str, places: int) -> int:
    """A number of places, or a percentage of all ("30%"), rounded down."""
    percent = text.strip().replace("％", "%")
    if percent.endswith("%") and percent[:-1].isdigit() and int(percent[:-1]) <= 100:
        return places * int(percent[:-1]) // 100
    return count_of(text, "quotas")


def _shares(rows: Rows, places: int) -> list[QuotaData]:
    shares = []
    for row in rows.shares:
        scope, _colon, key = row["what"].partition(":")
        if scope in (QuotaScope.UNION, QuotaScope.GROUP) and key:
            size = _share(row["size"], places)
            path, group = (key, "") if scope == QuotaScope.UNION else ("", key)
            label = group.partition("=")[2][:60]
            shares.append(QuotaData(scope=scope, size=size, path=path, key=group, label=label))
    return shares


def _questions(rows: Rows) -> list[Question]:
    return [
        Question(
            key=f"q{at}", label=row["words"].strip()[:120], kind=row["kind"] or QuestionKind.TEXT,
            asked=row["asked"] if row["asked"] in Asked.values else Asked.SIGN_UP, is_required=row["required"] in ("1", "yes"),
            options=_options(row["options"]),
            must="yes" if row["required"] == "yes" and row["kind"] == QuestionKind.YES_NO else "",
        )
        for at, row in enumerate(rows.questions, 1) if row["words"].strip()
    ]  # fmt: skip


def _options(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in text.replace("，", ",").split(","))))


def initial_of(offer: Offer) -> tuple[Mapping[str, object], Rows]:
    """A draft as the form shows it."""
    wanted = Conditions.load(offer.conditions)
    names = ("kind", "title", "summary", "details", "place", "allocation", "party_max", "is_transferable",
             "needs_confirming", "cancel_hours", "certificate_pct",
             "opens_at", "closes_at", "ranking", "limit_per", "limit_years", "limit_key",
             "fewest", "absences_most", "attendance_pct", "keep_most", "is_private",
             "consent", "ban_days", "basis", "preset")  # fmt: skip
    values = {name: getattr(offer, name) for name in names}
    values |= {
        "union": str(offer.union_id), "audience": offer.audience_path, "members_only": wanted.members_only,
        "sex": wanted.sex, "group": wanted.group, "repeat_days": 1,
        "age_from": wanted.age_from, "age_to": wanted.age_to, "member_days": wanted.member_days,
        "keep_question": offer.keep_key, "limit_period": offer.limit_period if offer.limit_key else "",
    }  # fmt: skip
    occasions = [
        {"start": _local(one.starts_at), "end": _local(one.ends_at), "capacity": str(one.capacity), "label": one.label,
         "place": one.place} for one in offer.occasions.order_by("starts_at", "pk")
    ]  # fmt: skip
    shares = [
        {"what": f"{one.scope}:{one.path or one.key}", "size": str(one.size)}
        for one in offer.quotas.filter(occasion=None).exclude(key__startswith=ITEM).order_by("pk")
    ]
    questions = [
        {"words": one["label"], "kind": one["kind"], "asked": one["asked"],
         "required": one.get("must") or ("1" if one["is_required"] else ""), "options": "，".join(one["options"])}
        for one in offer.questions
    ]  # fmt: skip
    more = rows_of(QueryDict())
    items = [
        {"label": one.label, "stock": str(one.stock), "yuan": str(one.yuan)}
        for one in load_items(offer.items)
    ]
    costs = [{"payer": one.payer, "yuan": str(one.yuan), "note": one.note} for one in load_costs(offer.costs)]
    return values, Rows(
        occasions + more.occasions[:2], shares + more.shares[:2], questions + more.questions[:2],
        items + more.items[:2], costs + more.costs[:2],
    )  # fmt: skip


def _local(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%dT%H:%M}"


def adopted_data(
    preset: Preset, *, actor: Actor, union_id: int, at: datetime, fields: Mapping[str, object], client_id: UUID,
    **rows: list[dict[str, str]],
) -> OfferData:  # fmt: skip
    """A ready programme as flows take it, without a browser. fields, rows: what differs from it, by name.

    Raises InvalidInput naming what is wrong.
    """
    plain = {"union": str(union_id), "party_max": 1, "cancel_hours": 24, "repeat_days": 1}
    values: dict[str, object] = {**plain, **values_from(preset, at), **fields}
    typed = {
        name: f"{localtime(value):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value
        for name, value in values.items() if value is not False
    }  # fmt: skip
    form = OfferForm(typed, actor=actor)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise InvalidInput(str(errors[0]), field=str(name))
    return offer_data(form, replace(rows_from(preset, at), **rows), client_id)
