"""A refusal beside its field."""

from django import forms

from smartunion.core.errors import DomainError


def show(form: forms.Form, error: DomainError) -> DomainError:
    """Put the refusal on the field it names (or above the form) and return it, for the answer's status."""
    text = f"{error.message} {error.remedy}".strip()
    left = error.details.get("tries_left")
    form.add_error(error.field if error.field in form.fields else None, text)
    form.tries_left = left  # type: ignore[attr-defined]  # shown by the code page
    return error
