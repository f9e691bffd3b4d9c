"""Forms about unions."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.access import permission_for
from smartunion.ground.registry.flows.officers import NewTerm
from smartunion.ground.registry.flows.posts import ByElection
from smartunion.ground.registry.models import EmployerLink, Membership, Term, TradeUnion
from smartunion.ground.registry.rules import Organ, Post, as_written
from smartunion.site.desk.fields import DayField, EmployerPick, RegionPick, UnionPick, choices


class Versioned(forms.Form):
    """A form that says which version of the record it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def kinds_below(actor: Actor, union: TradeUnion) -> frozenset[rules.UnionKind]:
    """The kinds an actor may set up directly below a union: the parts of her own, any that fits where she keeps the registry."""
    kinds = rules.CHILD_KINDS[rules.UnionKind(union.kind)]
    return frozenset(kind for kind in kinds if actor.can(permission_for(kind), path=union.path))


class UnionForm(forms.Form):
    """A union to be set up below a parent."""

    name = forms.CharField(
        label=pgettext_lazy("organisation", "Name"),
        max_length=120,
        help_text=_("In full, as on the approval."),
    )
    kind = forms.ChoiceField(label=_("Kind"))
    level = forms.ChoiceField(label=_("Level"))
    state = forms.ChoiceField(
        label=_("How far is it"),
        widget=forms.RadioSelect,
        choices=[
            ("active", _("It stands: its election is approved")),
            ("preparatory", _("Preparatory group")),
        ],
        initial="active",
    )
    founded_on = DayField(
        label=_("Founded on"),
        required=False,
        help_text=_("The day the union above approved it; empty means today."),
    )
    founding_mode = forms.ChoiceField(label=_("Way of founding"), required=False)
    region = RegionPick(label=_("Place"), required=False)
    territory = RegionPick(
        label=_("Territory"),
        required=False,
        help_text=_("Only for leading unions: the place whose employers it looks after."),
    )
    uscc = forms.CharField(
        label=_("Union's own credit code"), max_length=18, required=False, help_text=_("Begins with 81.")
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("Head"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)

    def __init__(self, actor: Actor, parent: TradeUnion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_below(actor, parent)
        order = list(rules.UnionLevel)
        below = order[order.index(rules.UnionLevel(parent.level)) :]
        _choose(self, "kind", choices(rules.UnionKind, only=kinds))
        _choose(self, "level", choices(rules.UnionLevel, empty=False, only=below))
        self.fields["level"].initial = rules.UnionLevel.GRASSROOTS
        if kinds and all(rules.legal_form(kind) == rules.LegalForm.NONE for kind in kinds):
            self._ask_for_parts(parent)
        _choose(self, "founding_mode", choices(rules.FoundingMode))
        for name in ("region", "territory"):
            if name in self.fields:
                _region(self, name).offer(actor, "registry.edit", keep=parent.region_id)

    def _ask_for_parts(self, parent: TradeUnion) -> None:
        """A branch or group has no code, territory or founding of its own; it is where its union is, and stands at once."""
        for name in ("uscc", "territory", "founding_mode", "state"):
            self.fields[name].widget, self.fields[name].required = forms.HiddenInput(), False
        self.fields["level"].widget = forms.HiddenInput()
        self.fields["name"].help_text, self.fields["founded_on"].help_text = "", _("Empty means today.")
        self.fields["region"].initial = parent.region_id


class UnionEditForm(Versioned):
    """What is known of a union besides name and place in the tree."""

    contact_name = forms.CharField(label=_("Head"), max_length=60, required=False)
    contact_phone = forms.CharField(
        label=_("Telephone"),
        max_length=20,
        required=False,
        help_text=_("Leave it empty to keep the present one."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    uscc = forms.CharField(
        label=_("Union's own credit code"), max_length=18, required=False, help_text=_("Begins with 81.")
    )
    founded_on = DayField(label=_("Founded on"), required=False)
    founding_mode = forms.ChoiceField(label=_("Way of founding"), required=False)
    region = RegionPick(label=_("Place"), required=False)

    def __init__(self, actor: Actor, union: TradeUnion, *args: Any, **kwargs: Any) -> None:
        initial = {
            "version": union.version, "contact_name": union.contact_name, "address": union.address, "uscc": union.uscc,
            "founded_on": union.founded_on, "founding_mode": union.founding_mode, "region": union.region_id,
        }  # fmt: skip
        super().__init__(*args, **{**kwargs, "initial": initial})
        _choose(self, "founding_mode", choices(rules.FoundingMode))
        _region(self, "region").offer(actor, "registry.edit", keep=union.region_id)

    def changes(self) -> dict[str, Any]:
        """As update_union takes them; an empty telephone keeps the present one."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        given["region_id"] = given.pop("region")
        if not given["contact_phone"]:
            given.pop("contact_phone")
        return given


class RenameForm(Versioned):
    """Another name from a day on."""

    name = forms.CharField(label=_("New name"), max_length=120)
    on = DayField(label=_("Starting on"), initial=clock.today)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class MoveForm(Versioned):
    """Another union above."""

    parent = UnionPick(label=_("New union above"), help_text=_("Number or full name."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, actor: Actor, union: TradeUnion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"version": union.version}})
        fitting = [kind for kind, below in rules.CHILD_KINDS.items() if union.kind in below]
        pick = self.fields["parent"]
        assert isinstance(pick, UnionPick)
        pick.offer(actor, "registry.edit", kinds=fitting, but=union.pk)


class Closing(Versioned):
    """The end of something. confirm: set once the preview has been seen."""

    on = DayField(label=_("Closed on"), initial=clock.today)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The decision it rests on, with its number.")
    )
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)

    #: The preview says nothing besides the common entries.
    told: Sequence[tuple[Any, str]] = ()

    def decision(self) -> dict[str, Any]:
        """As the flows take it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "confirm"}


class CloseForm(Closing):
    """The end of a union."""


class MergeForm(Versioned):
    """The union that takes over. confirm: set once the preview has been seen."""

    to_union = UnionPick(label=_("Union that takes over"), help_text=_("Number or full name."))
    on = DayField(label=_("Takes effect on"), initial=clock.today)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The decision it rests on, with its number.")
    )
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, union: TradeUnion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"version": union.version}})
        pick = self.fields["to_union"]
        assert isinstance(pick, UnionPick)
        pick.offer(actor, "registry.edit", kinds=rules.ADMITTING, but=union.pk)

    @property
    def told(self) -> list[tuple[Any, str]]:
        """What the preview says of the entries besides the common ones: label and value."""
        return [(_("Union that takes over"), self.cleaned_data["to_union"].name)]


_SPLIT_KINDS = (rules.UnionKind.INDEPENDENT, rules.UnionKind.JOINT)


class SplitForm(Versioned):
    """A new union, and the employers that go to it."""

    employers = forms.TypedMultipleChoiceField(
        label=_("Employers that go to it"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(
        label=_("Name of the new union"), max_length=120, required=False,
        help_text=_("In full, as on the approval. Empty: after the employer, if only one goes."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), required=False,
        choices=[("", _("By itself: independent for one employer, joint for several")),
                 *choices(rules.UnionKind, empty=False, only=_SPLIT_KINDS)],
    )  # fmt: skip
    on = DayField(label=_("Takes effect on"), initial=clock.today)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("The decision it rests on, with its number.")
    )
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, union: TradeUnion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"version": union.version}})
        covered = EmployerLink.objects.filter(union=union, valid_to=None).order_by("employer__name", "pk")
        field = self.fields["employers"]
        assert isinstance(field, forms.ChoiceField)
        people = Membership.objects.filter(union=union, ended_on=None).values_list("employer_id")
        number = dict(people.annotate(Count("pk")))
        rows = list(covered.values_list("employer_id", "employer__name", "employer__uscc"))
        self.names = {pk: name for pk, name, _code in rows}
        self.written = {pk: _told_apart(name, code, number.get(pk, 0)) for pk, name, code in rows}
        field.choices = list(self.written.items())

    def clean(self) -> dict[str, Any]:
        """Name and kind follow from the employers where they are left empty."""
        given = super().clean() or self.cleaned_data
        chosen = given.get("employers") or []
        if chosen and not given.get("kind"):
            given["kind"] = rules.UnionKind.INDEPENDENT if len(chosen) == 1 else rules.UnionKind.JOINT
        if len(chosen) == 1 and not given.get("name"):
            given["name"] = f"{self.names[chosen[0]]}工会委员会"
        if len(chosen) > 1 and not given.get("name"):
            self.add_error("name", _("Several employers go to it: give the new union a name."))
        return given

    @property
    def told(self) -> list[tuple[Any, str]]:
        """What the preview says of the entries besides the common ones: label and value."""
        given = self.cleaned_data
        return [
            (_("New union"), given["name"]),
            (_("Kind"), str(rules.UnionKind(given["kind"]).label)),
            (_("Employers that go to it"), "、".join(self.written[pk] for pk in given["employers"])),
        ]


def _told_apart(name: str, code: str | None, people: int) -> str:
    """An employer among others of its name: with how many people it has here, and its code, if it has one."""
    number = ngettext("%(number)s person", "%(number)s people", people) % {"number": people}
    return f"{name}（{number}）{code or ''}"


class UndoForm(forms.Form):
    """Why a merger or split is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class FoundForm(forms.Form):
    """A preparatory group becomes a union."""

    founded_on = DayField(label=_("Approved on"), initial=clock.today)


class LinkForm(forms.Form):
    """An employer the union covers."""

    employer = EmployerPick(label=_("Employer"), help_text=_("Social credit code, or the full name."))
    on = DayField(label=_("Covered from"), initial=clock.today)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick = self.fields["employer"]
        assert isinstance(pick, EmployerPick)
        pick.offer(actor)


class UnlinkForm(forms.Form):
    """The end of a coverage."""

    on = DayField(label=pgettext_lazy("period", "Until"), initial=clock.today)
    reason = forms.CharField(label=_("Reason"), max_length=200)


_SPLIT = re.compile(r"[\n\r、，,;；]+")
#: Form field → organ and post of the people named in it.
_SEATS = {
    "chair": (Organ.COMMITTEE, Post.CHAIR), "vice_chairs": (Organ.COMMITTEE, Post.VICE_CHAIR),
    "committee": (Organ.COMMITTEE, Post.MEMBER), "organiser": (Organ.COMMITTEE, Post.ORGANISER),
    "audit_chair": (Organ.AUDIT, Post.CHAIR), "audit": (Organ.AUDIT, Post.MEMBER),
    "women_chair": (Organ.WOMEN, Post.CHAIR), "women": (Organ.WOMEN, Post.MEMBER),
}  # fmt: skip
_MANY = _(
    "One name a line, or separated by commas. Where members share a name, write the last four digits of the phone behind it."
)


def _names(label: Any, *, many: bool) -> forms.CharField:
    if not many:
        return forms.CharField(label=label, max_length=60, required=False)
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=2000, required=False, widget=area, help_text=_MANY)


def _people(label: Any, says: Any = "", *, least: int = 0, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=says, min_value=least, max_value=1_000_000, required=required
    )


class _ElectionForm(forms.Form):
    """When an election was, and how many came to it."""

    elected_on = DayField(label=_("Elected on"), required=False)
    due_count = forms.IntegerField(
        label=_("People due to attend"), min_value=1, max_value=1_000_000, required=False
    )
    present_count = forms.IntegerField(
        label=_("People present"), min_value=0, max_value=1_000_000, required=False
    )
    approval_number = forms.CharField(label=_("Number of the approval"), max_length=40, required=False)


class TermForm(_ElectionForm):
    """The outcome of an election."""

    field_order = ("starts_on", "years")

    starts_on = DayField(label=_("Term begins on"), initial=clock.today)
    years = forms.TypedChoiceField(
        label=_("Years"), coerce=int, choices=[(3, _("3 years")), (5, _("5 years"))]
    )
    chair = _names(_("Chair"), many=False)
    vice_chairs = _names(_("Vice-chairs"), many=True)
    committee = _names(_("Members of the committee"), many=True)
    organiser = _names(_("Organising officer (fewer than 25 members)"), many=False)
    audit_chair = _names(_("Chair of the audit committee"), many=False)
    audit = _names(_("Members of the audit committee"), many=True)
    women_chair = _names(_("Chair of the women workers' committee"), many=False)
    women = _names(_("Members of the women workers' committee"), many=True)
    has_relatives = forms.BooleanField(
        label=_("Close relatives of the firm's leaders are among the committee"), required=False
    )

    def term(self) -> NewTerm:
        """As set_term takes it."""
        given = self.cleaned_data
        officers = [
            as_written(organ, post, name.strip())
            for field, (organ, post) in _SEATS.items()
            for name in _SPLIT.split(given[field])
            if name.strip()
        ]
        return NewTerm(
            starts_on=given["starts_on"], years=given["years"], officers=officers, elected_on=given["elected_on"],
            due_count=given["due_count"], present_count=given["present_count"],
            approval_number=given["approval_number"], source="desk",
        )  # fmt: skip


_SEAT_LABELS = {
    "chair": _("Chair"), "vice_chairs": _("Vice-chair"), "committee": _("Member of the committee"),
    "organiser": _("Organising officer (fewer than 25 members)"), "audit_chair": _("Chair of the audit committee"),
    "audit": _("Member of the audit committee"), "women_chair": _("Chair of the women workers' committee"),
    "women": _("Member of the women workers' committee"),
}  # fmt: skip


def _phone_tail(help_text: Any) -> forms.RegexField:
    return forms.RegexField(
        r"^\d{4}$", label=_("Last four digits of the phone"), required=False, help_text=help_text,
        error_messages={"invalid": _("Enter four digits.")},
    )  # fmt: skip


class ByElectionForm(_ElectionForm):
    """Who takes a free post for the rest of the term."""

    field_order = ("seat", "name", "phone_tail", "on", "elected_on", "due_count", "present_count", "votes")

    seat = forms.ChoiceField(label=_("Post"), choices=list(_SEAT_LABELS.items()))
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Of a member of the union, as in the register.")
    )
    phone_tail = _phone_tail(_("Only where several members bear the name."))
    on = DayField(label=_("Holds the post from"), initial=clock.today)
    due_count = _people(_("People due to attend"), least=1)
    present_count = _people(_("People present when the vote was taken"))
    votes = _people(
        _("Votes for her"),
        _("More than half of those due, or of those present where your federation’s rules say so."),
    )

    def election(self) -> ByElection:
        """As by_elect takes it."""
        given = dict(self.cleaned_data)
        organ, post = _SEATS[given.pop("seat")]
        return ByElection(organ=organ, post=post, **given)


class PostHolderForm(forms.Form):
    """Which of the members of one name holds a post."""

    phone_tail = _phone_tail(_("Needed where several members bear the name."))


class FullTimeForm(forms.Form):
    """Since when a chair is full-time."""

    since = DayField(
        label=_("Full-time since"), required=False, help_text=_("Empty: she leads the union beside her work.")
    )
    note = forms.CharField(label=_("The decision it rests on"), max_length=200, required=False)


class PostEndForm(forms.Form):
    """The end of one post within its term."""

    on = DayField(label=_("In office until"), initial=clock.today)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=choices(rules.PostEnd, empty=False, only=[one for one in rules.PostEnd if one != rules.PostEnd.UNION_CLOSED]),
    )  # fmt: skip
    note = forms.CharField(
        label=_("The decision it rests on"), max_length=200, required=False,
        help_text=_("Needed for a recall: the resolution of the congress, with its day or number."),
    )  # fmt: skip
    entitled = _people(
        _("All members, or all representatives"),
        _("For a recall alone: there or not, everybody counts."), required=False,
    )  # fmt: skip
    in_favour = _people(_("Votes for the recall"), _("More than half of all are needed."), required=False)

    def ending(self) -> dict[str, Any]:
        """As the flow takes it."""
        given = dict(self.cleaned_data)
        vote = rules.RecallVote(given.pop("entitled"), given.pop("in_favour"))
        return {**given, "reason": rules.PostEnd(given["reason"]), "vote": vote}


class PostponeForm(forms.Form):
    """A re-election put off; early asks once more where its day is still far away."""

    until = DayField(label=_("The term then ends on"))
    approval_number = forms.CharField(label=_("Number of the approval"), max_length=40, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    early = forms.BooleanField(
        label=_("Put it off all the same, although there is time"),
        error_messages={"required": _("Tick it if it is to be put off already now.")},
    )

    def __init__(
        self, term: Term | None, latest: date | None, too_early: tuple[int, int] | None, *args: Any, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        if too_early is None:
            del self.fields["early"]
        else:
            self.fields["early"].help_text = _(
                "The term ends only in %(left)s days; the re-election is prepared from %(lead)s days before."
            ) % {"left": too_early[0], "lead": too_early[1]}
        if term is None or latest is None:
            return
        field = self.fields["until"]
        field.help_text = _("Term %(ordinal)s ends on %(end)s; it can be put off until %(latest)s at most.") % {
            "ordinal": term.ordinal, "end": term.ends_on.isoformat(), "latest": latest.isoformat(),
        }  # fmt: skip
        field.widget.attrs |= {
            "min": (term.ends_on + timedelta(days=1)).isoformat(),
            "max": latest.isoformat(),
        }

    def decision(self) -> dict[str, Any]:
        """As the flow takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "early"}


class CertificateForm(forms.Form):
    """A certificate to be issued; registers: the actor acts for the federation that registers legal persons."""

    kind = forms.ChoiceField(label=_("Kind"), choices=rules.CertificateKind.choices)
    issued_on = DayField(label=_("Issued on"), initial=clock.today)
    number = forms.CharField(
        label=_("Number"), max_length=40, required=False, help_text=_("Empty takes the next number.")
    )
    valid_to = DayField(
        label=_("Valid until"), required=False, help_text=_("Empty takes the end of the running term.")
    )
    approval_number = forms.CharField(label=_("Number of the approval"), max_length=40, required=False)
    uscc = forms.CharField(
        label=_("Union's own credit code"), max_length=18, required=False,
        help_text=_("Of a legal person; begins with 81. Empty keeps the one in the record."),
    )  # fmt: skip

    def __init__(self, *args: Any, registers: bool, **values: Any) -> None:
        super().__init__(*args, **values)
        if not registers:
            _choose(
                self,
                "kind",
                [
                    one
                    for one in rules.CertificateKind.choices
                    if one[0] != rules.CertificateKind.LEGAL_PERSON
                ],
            )
            del self.fields["uscc"]


class CancelCertificateForm(forms.Form):
    """The end of a certificate."""

    on = DayField(label=_("Cancelled from"), initial=clock.today)
    reason = forms.CharField(label=_("Reason"), max_length=200)


def _choose(form: forms.Form, name: str, rows: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = rows


def _region(form: forms.Form, name: str) -> RegionPick:
    field = form.fields[name]
    assert isinstance(field, RegionPick)
    return field
