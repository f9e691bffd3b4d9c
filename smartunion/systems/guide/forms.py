"""Forms of the desk page."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.actor import Actor
from smartunion.systems.guide.flows.teaching import Teaching
from smartunion.systems.guide.queries import targets
from smartunion.systems.guide.rules import LONGEST_NOTE, LessonKind


class WordsForm(forms.Form):
    """Everyday words, or a question, that lead to a service."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(LessonKind.WORDS, LessonKind.WORDS.label), (LessonKind.EXAMPLE, LessonKind.EXAMPLE.label)],
    )
    text = forms.CharField(
        label=_("Words or question"),
        max_length=LONGEST_NOTE,
        help_text=_("As people say it; several words with blanks."),
    )
    target = forms.ChoiceField(label=_("Leads to"))
    asked = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments, passed on
        target: forms.ChoiceField = self.fields["target"]  # type: ignore[assignment]  # declared above
        target.choices = [("", _("Choose a service")), *targets(actor)]

    def teaching(self) -> Teaching:
        """The lesson, after is_valid()."""
        kind, _colon, found = self.cleaned_data["target"].partition(":")
        return Teaching(
            LessonKind(self.cleaned_data["kind"]), self.cleaned_data["text"], kind, found,
            asked_id=self.cleaned_data["asked"],
        )  # fmt: skip


class NoteForm(forms.Form):
    """A short answer of one's own."""

    question = forms.CharField(label=pgettext_lazy("guide", "Question"), max_length=200)
    text = forms.CharField(
        label=pgettext_lazy("guide", "Answer"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("Document with number and date, or the office that says so."),
    )
    asked = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def teaching(self) -> Teaching:
        """The lesson, after is_valid()."""
        given = self.cleaned_data
        return Teaching(
            LessonKind.NOTE,
            given["text"],
            question=given["question"],
            source=given["source"],
            asked_id=given["asked"],
        )
