"""Forms about people and their memberships."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.codes.resident_id import is_old_residence
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.member_batches import Saying, reasons_for
from smartunion.ground.registry.flows.memberships import NewMembership
from smartunion.ground.registry.flows.people import PersonData
from smartunion.ground.registry.flows.workplace import employer_after
from smartunion.ground.registry.models import Employer, Membership, Person, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MemberChange, MembershipState
from smartunion.ground.registry.vocabulary.lists import CHECKED_ID_TYPES
from smartunion.site.desk.fields import DayField, EmployerPick, UnionPick, choices
from smartunion.site.desk.forms.unions import Versioned

_LISTS = {
    "ethnicity": rules.Ethnicity, "education": rules.Education, "political_status": rules.PoliticalStatus,
    "employment_status": rules.EmploymentStatus, "skill_grade": rules.SkillGrade, "hukou_type": rules.HukouType,
}  # fmt: skip


#: Ends that no other spell follows.
_FOR_GOOD = (ChangeType.LEFT, ChangeType.EXPELLED)


def _covered(union: TradeUnion) -> "QuerySet[Employer]":
    """Employers a union covers now, by name."""
    held = Employer.objects.filter(union_links__union=union, union_links__valid_to=None)
    return held.order_by("name", "pk")


def _state_in(union: TradeUnion) -> MembershipState:
    """A leading union takes people into its holding pool."""
    return MembershipState.ACTIVE if union.kind in rules.ADMITTING else MembershipState.PREPARATORY


class MemberForm(forms.Form):
    """A member entered by hand."""

    name = forms.CharField(label=_("Name"), max_length=60)
    id_type = forms.ChoiceField(label=_("Document"), choices=choices(rules.IdType, empty=False))
    resident_id = forms.CharField(label=_("ID number"), max_length=24)
    birth_date = DayField(
        label=_("Birth date"), required=False,
        help_text=_("Only for a passport, pass or other document: an ID card number tells both."),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sex"), choices=choices(rules.Sex), required=False)
    mobile = forms.CharField(
        label=_("Mobile number"), max_length=20, help_text=_("The member is told by message.")
    )
    employer = EmployerPick(
        label=_("Employer"),
        required=False,
        help_text=_("Code or name of a known employer."),
        may_be_written=True,
    )
    employer_name = forms.CharField(
        label=_("Employer, when it is not known here"), max_length=120, required=False
    )
    on = DayField(
        label=_("Approved on"),
        initial=clock.today,
        help_text=_("Membership begins on the day the union approved it, not on the day of the application."),
    )
    confirmed_by = forms.ChoiceField(
        label=_("How did the person confirm it"), widget=forms.RadioSelect,
        choices=[
            (rules.ConfirmedBy.PAPER.value, _("Signed the application on paper")),
            (rules.ConfirmedBy.ON_BEHALF.value, _("Confirmed by telephone or message, entered on her behalf")),
        ],
    )  # fmt: skip
    is_new_form = forms.BooleanField(label=_("New-form worker (driver, courier …)"), required=False)

    def __init__(self, actor: Actor, union: TradeUnion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick = self.fields["employer"]
        assert isinstance(pick, EmployerPick)
        rows = list(_covered(union)[:100])
        pick.offer(actor, rows)
        if len(rows) == 1:
            pick.initial = pick.choose(rows[0])

    def clean(self) -> dict[str, Any]:
        """A document whose number tells neither birth date nor sex: both are written."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("id_type") not in CHECKED_ID_TYPES or is_old_residence(given.get("resident_id", "")):
            for name in ("birth_date", "sex"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("The number of this document does not tell it; write it here."))
        return given

    def person(self) -> PersonData:
        """As the flows take her."""
        given = self.cleaned_data
        details = {"is_new_form": True} if given["is_new_form"] else {}
        return PersonData(
            given["name"], given["resident_id"], given["id_type"], given["mobile"], sex=given["sex"],
            birth_date=given["birth_date"], details=details,
        )  # fmt: skip

    def membership(self, union: TradeUnion) -> NewMembership:
        """As the flows take it; a leading union takes her into its holding pool."""
        given = self.cleaned_data
        employer = given["employer"]
        return NewMembership(
            0, union.pk, given["on"], state=_state_in(union), employer_id=employer.pk if employer else None,
            employer_name=given["employer_name"], confirmed_by=given["confirmed_by"], source="desk",
        )  # fmt: skip


class PersonForm(Versioned):
    """What may be changed about a person without a reason."""

    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        required=False,
        help_text=_("Leave it empty to keep the present one."),
    )
    education = forms.ChoiceField(label=_("Education"), required=False)
    political_status = forms.ChoiceField(label=_("Political status"), required=False)
    employment_status = forms.ChoiceField(label=_("Employment"), required=False)
    skill_grade = forms.ChoiceField(label=_("Skill grade"), required=False)
    ethnicity = forms.ChoiceField(label=_("Ethnicity"), required=False)
    hukou_type = forms.ChoiceField(label=_("Household type"), required=False)
    hukou_place = forms.CharField(label=_("Household place"), max_length=100, required=False)
    native_place = forms.CharField(label=_("Native place"), max_length=60, required=False)
    trade = forms.CharField(label=_("Trade"), max_length=30, required=False)
    is_migrant = forms.NullBooleanField(
        label=_("Migrant worker"), required=False,
        widget=forms.Select(choices=[("", _("Not known")), ("true", _("Yes")), ("false", _("No"))]),
    )  # fmt: skip
    is_new_form = forms.BooleanField(label=_("New-form worker (driver, courier …)"), required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        names = [name for name in self.base_fields if name not in {"mobile", "version"}]
        initial = {name: getattr(person, name) for name in names} | {"version": person.version}
        if person.is_migrant is not None:
            initial["is_migrant"] = "true" if person.is_migrant else "false"
        super().__init__(*args, **{**kwargs, "initial": initial})
        for name, kind in _LISTS.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices(kind)

    def changes(self) -> dict[str, Any]:
        """As update_person takes them."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if not given.get("mobile"):
            given.pop("mobile", None)
        return given


class CorrectForm(Versioned):
    """A wrong name or number put right."""

    field = forms.ChoiceField(
        label=_("What is wrong"), widget=forms.RadioSelect,
        choices=[
            ("name", _("Name")), ("resident_id", _("ID number")), ("birth_date", _("Birth date")), ("sex", _("Sex")),
        ],
    )  # fmt: skip
    text = forms.CharField(
        label=_("Right value"),
        max_length=60,
        help_text=_("A birth date as 1990-03-07; the sex as male or female (男 or 女)."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The person can read it."))

    def value(self) -> Any:
        """The right value as the flow takes it; None when it cannot be read (then the form says so)."""
        from datetime import date

        field, text = self.cleaned_data["field"], self.cleaned_data["text"].strip()
        if field == "birth_date":
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.add_error("text", _("Write the birth date as 1990-03-07."))
                return None
        if field == "sex":
            key = rules.from_label(rules.Sex, text) or {"male": "m", "female": "f"}.get(text.lower())
            if key is None:
                self.add_error("text", _("Write male or female (男 or 女)."))
            return key
        return text


STAYS = _(
    "Laid off within the unit, or retired there before her time: she stays a member; record it as her employment."
)


class RetainForm(forms.Form):
    """A membership to be retained."""

    reason = forms.ChoiceField(
        label=_("Why"), choices=choices(ChangeReason, only=rules.REASONS[ChangeType.RETAINED]), help_text=STAYS,
        error_messages={"invalid_choice": _("For this reason no membership is retained. Choose one of the list.")},
    )  # fmt: skip
    on = DayField(label=_("Starting on"), initial=clock.today)


class RestoreForm(forms.Form):
    """A retained membership to be restored, or a waiting person to be taken in: she needs a union that has members."""

    union = UnionPick(label=_("Union"), required=False, help_text=_("Empty means: in the same union."))
    employer = EmployerPick(
        label=_("Employer"),
        required=False,
        help_text=_("Code or name, when it is another one than before."),
    )
    on = DayField(label=_("Starting on"), initial=clock.today)

    def __init__(self, actor: Actor, spell: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick, employer = self.fields["union"], self.fields["employer"]
        assert isinstance(pick, UnionPick)
        assert isinstance(employer, EmployerPick)
        pick.offer(actor, "members.edit", kinds=rules.ADMITTING)
        employer.offer(actor, _covered(spell.union)[:100])
        if spell.employer is not None and spell.employer.state == rules.EmployerState.CLOSED:
            employer.help_text = self._after(spell, spell.employer)
        if spell.union.kind not in rules.ADMITTING:
            pick.required = True
            pick.help_text = _("%(union)s leads unions and has no members of its own.") % {
                "union": spell.union.name
            }

    @staticmethod
    def _after(spell: Membership, closed: Employer) -> str:
        now, _name = employer_after(spell, spell.union)
        if now is not None:
            words = _("%(closed)s is out of business. Empty means: %(employer)s, which the union covers now.")
        else:
            words = _(
                "%(closed)s is out of business. Code or name of the one she works for now; empty means: none."
            )
        return str(words) % {"closed": closed.name, "employer": now}


class WorkplaceForm(forms.Form):
    """Another employer of the same union."""

    employer = EmployerPick(
        label=_("Works now for"), help_text=_("Code or name of an employer this union covers.")
    )
    on = DayField(label=_("Starting on"), initial=clock.today)

    def __init__(self, actor: Actor, spell: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick = self.fields["employer"]
        assert isinstance(pick, EmployerPick)
        pick.offer(actor, _covered(spell.union).exclude(pk=spell.employer_id or 0)[:100])


class DayForm(forms.Form):
    """A day of a membership that was entered wrongly."""

    field = forms.ChoiceField(label=_("Which day"), widget=forms.RadioSelect)
    on = DayField(label=_("The right day"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The person can read it. Name the paper that shows the day."),
    )

    def __init__(self, spell: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"field": "started_on"}})
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)
        days = [("started_on", _("First day: %(day)s") % {"day": spell.started_on.isoformat()})]
        if spell.ended_on is not None and spell.end_type in _FOR_GOOD:
            days.append(("ended_on", _("Last day: %(day)s") % {"day": spell.ended_on.isoformat()}))
        field.choices = days


class EndForm(forms.Form):
    """The end of a membership; type and reason are one choice, so that only sensible pairs can be sent."""

    change = forms.ChoiceField(
        label=_("How it ended"), widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("This end and this reason do not go together. Choose one of the list.")
        },
    )  # fmt: skip
    on = DayField(label=_("On"), initial=clock.today)
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_(
            "Needed for an expulsion: the decision with its number or day; for dues not paid: how she was reminded. Else where "
            "the papers are."
        ),
    )

    def __init__(self, spell: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = rules.ENDINGS[MembershipState(spell.state)]
        pairs = [
            (f"{change.value}:{reason.value}", f"{change.label}：{reason.label}")
            for change in _FOR_GOOD
            for reason in ChangeReason
            if change in possible and reason in rules.REASONS[change]
        ]
        field = self.fields["change"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = pairs

    def pair(self) -> tuple[ChangeType, ChangeReason]:
        """Type and reason."""
        change, _colon, reason = self.cleaned_data["change"].partition(":")
        return ChangeType(change), ChangeReason(reason)


class MoveMemberForm(forms.Form):
    """Another union of the same hands."""

    union = UnionPick(label=_("To which union"), help_text=_("Number or full name."))
    reason = forms.ChoiceField(
        label=_("Why"), choices=choices(ChangeReason, only=rules.REASONS[ChangeType.TRANSFERRED_OUT])
    )
    on = DayField(label=_("Starting on"), initial=clock.today)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick = self.fields["union"]
        assert isinstance(pick, UnionPick)
        pick.offer(actor, "members.edit", kinds=rules.ADMITTING)


def _in_words(change: MemberChange, reason: ChangeReason) -> str:
    return f"{change.label}：{reason.label}" if reason else str(change.label)


class TogetherForm(forms.Form):
    """One change for many members; change and reason are one choice, so that only sensible pairs can be sent."""

    what = forms.ChoiceField(label=_("What happens, and why"), help_text=STAYS)
    union = UnionPick(label=_("To which union"), required=False, help_text=_("Number or full name."))
    on = DayField(label=_("Starting on"), initial=clock.today)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what, pick = self.fields["what"], self.fields["union"]
        assert isinstance(what, forms.ChoiceField)
        assert isinstance(pick, UnionPick)
        groups = [
            (
                change.label,
                [(f"{change.value}:{reason.value}", reason.label) for reason in reasons_for(change)],
            )
            for change in MemberChange
        ]
        what.choices = [("", _("Choose")), *groups]
        pick.offer(actor, "members.edit", kinds=rules.ADMITTING)

    def saying(self) -> Saying:
        """What was said; call it on a valid form."""
        change, _colon, reason = self.cleaned_data["what"].partition(":")
        union = self.cleaned_data["union"]
        return Saying(
            MemberChange(change), self.cleaned_data["on"], ChangeReason(reason), union.pk if union else None
        )


class ReasonForm(forms.Form):
    """A reason, for looks and refusals."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class EraseForm(Versioned):
    """The deletion of somebody's data."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ManyForm(forms.Form):
    """A pasted list of new members of one union. confirm: set once the preview was seen."""

    people = forms.CharField(
        label=pgettext_lazy("desk", "People"), widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One a line: name, ID number, mobile number, separated by blanks or commas."),
    )  # fmt: skip
    on = DayField(
        label=_("Approved on"),
        initial=clock.today,
        help_text=_("Membership begins on the day the union approved it, not on the day of the application."),
    )
    employer = EmployerPick(
        label=_("Employer"), required=False, help_text=_("Code or name of a known employer.")
    )
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, union: TradeUnion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pick = self.fields["employer"]
        assert isinstance(pick, EmployerPick)
        pick.offer(actor, list(_covered(union)[:100]))

    def membership(self, union: TradeUnion) -> NewMembership:
        """As the flow takes it; on paper, because a list is typed from signed applications."""
        employer = self.cleaned_data["employer"]
        return NewMembership(
            0, union.pk, self.cleaned_data["on"], state=_state_in(union), employer_id=employer.pk if employer else None,
            confirmed_by=rules.ConfirmedBy.PAPER, source="desk:list",
        )  # fmt: skip
