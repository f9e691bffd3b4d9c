"""A refusal beside the field of the form it concerns."""

from django import forms

from smartunion.core.errors import Refusal


def show(form: forms.Form, refusal: Refusal) -> Refusal:
    """Put the refusal on the field it names (or above the form) and return it, for the answer's status."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return refusal
