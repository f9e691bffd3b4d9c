"""What a phone or a plain page sends about a visit."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.errors import InvalidInput
from smartunion.core.ids import uuid7
from smartunion.systems.organising.flows.visits import VisitNote
from smartunion.systems.organising.rules import VisitResult

_ANSWER = re.compile(r"q([0-9]{1,18})")
#: More answers than this no visit has.
_MOST_ANSWERS = 40


def answers_of(data: Mapping[str, Any]) -> dict[int, str]:
    """Answers to what is asked at a visit, as a phone or a plain page sends them: "q12" is the answer to question 12."""
    found = {int(name[1]): str(data[name[0]])[:1000] for name in map(_ANSWER.fullmatch, data) if name}
    return dict(list(found.items())[:_MOST_ANSWERS])


class InstantField(forms.CharField):
    """An ISO instant with offset, as JavaScript writes it; a bare local time counts as ours."""

    def to_python(self, value: Any) -> Any:
        """The aware datetime, None when empty. Raises ValidationError."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            found = parse_datetime(text)
        except ValueError:
            found = None
        if not isinstance(found, datetime):
            raise forms.ValidationError(_("The time of the visit cannot be read."))
        return found if timezone.is_aware(found) else timezone.make_aware(found)


class VisitForm(forms.Form):
    """One visit; made on the phone perhaps hours before it arrives."""

    client_id = forms.UUIDField(required=False)
    finding_id = forms.IntegerField(required=False, min_value=1)
    union_id = forms.IntegerField(required=False, min_value=1)
    drive_id = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    base_version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    noted_at = InstantField(required=False)
    was_offline = forms.BooleanField(required=False)
    result = forms.ChoiceField(label=gettext_lazy("What did you find?"), choices=VisitResult.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    staff_seen = forms.IntegerField(
        label=gettext_lazy("People seen"), required=False, min_value=0, max_value=1_000_000
    )
    contact_name = forms.CharField(label=gettext_lazy("Spoke to"), max_length=60, required=False)
    related_union_id = forms.IntegerField(required=False, min_value=1)
    related_employer_id = forms.IntegerField(required=False, min_value=1)
    photo = forms.FileField(label=gettext_lazy("Photo"), required=False)
    sent_at = InstantField(required=False)
    promise = forms.CharField(label=gettext_lazy("Promised there"), max_length=200, required=False)
    promise_due_on = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def note_at(self, received_at: datetime) -> VisitNote:
        """The visit as the flow wants it; call after is_valid()."""
        given = self.cleaned_data
        return VisitNote(
            client_id=given["client_id"] or uuid7(),
            result=VisitResult(given["result"]),
            noted_at=given["noted_at"] or received_at,
            finding_id=given["finding_id"],
            union_id=given["union_id"],
            drive_id=given["drive_id"],
            base_version=given["base_version"],
            note=given["note"],
            contact_name=given["contact_name"],
            staff_seen=given["staff_seen"],
            related_union_id=given["related_union_id"],
            related_employer_id=given["related_employer_id"],
            was_offline=given["was_offline"],
            sent_at=given["sent_at"],
            promise=given["promise"],
            promise_due_on=given["promise_due_on"],
            answers=answers_of(self.data),
        )


class NoteForm(forms.Form):
    """Another wording of a note."""

    client_id = forms.UUIDField()
    note = forms.CharField(max_length=1000, required=False)
    contact_name = forms.CharField(max_length=60, required=False)
    staff_seen = forms.IntegerField(required=False, min_value=0, max_value=1_000_000)
    edited_at = InstantField()
    sent_at = InstantField(required=False)
    asked = forms.BooleanField(required=False)

    def answers(self) -> dict[int, str] | None:
        """All that is answered now, where the sender knows what was asked; call after is_valid()."""
        return answers_of(self.data) if self.cleaned_data["asked"] else None


class NotTodayForm(forms.Form):
    """Why a firm is not visited today; it comes back tomorrow, or on the day chosen."""

    finding = forms.IntegerField(min_value=1)
    reason = forms.CharField(label=gettext_lazy("Why not today"), min_length=2, max_length=200)
    until = forms.DateField(
        label=gettext_lazy("Comes back on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def refusal_of(form: forms.Form) -> InvalidInput:
    """The first thing wrong with what was sent."""
    field, errors = next(iter(form.errors.items()))
    return InvalidInput(str(errors[0]), remedy=_("Correct it and send it again."), field=field)
