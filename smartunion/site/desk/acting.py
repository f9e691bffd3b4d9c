"""From a form to a flow and back: a refusal becomes an error of the form, an answer a toast and another page."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from smartunion.core.errors import Refusal
from smartunion.core.web.refused import show
from smartunion.ground.registry.flows.stale import StaleEdit

T = TypeVar("T")


def attempt(form: forms.Form, act: Callable[[], T]) -> T | None:
    """What the flow returns; None when it refused, with the reason in the form.

    A stale edit puts both versions into `form.conflicts` and the present version into the form, so that sending it
    again is a decision. What is not visible or not allowed is no matter of the form and passes on.
    """
    try:
        return act()
    except StaleEdit as refusal:
        form.conflicts = _labelled(form, refusal)  # type: ignore[attr-defined]  # for the template
        given = form.data.dict() if isinstance(form.data, QueryDict) else dict(form.data)
        form.data = given | {form.add_prefix("version"): str(refusal.version)}
        form.add_error(None, str(refusal))
    except Refusal as refusal:
        form.refusal = refusal  # type: ignore[attr-defined]  # for the template
        show(form, refusal)
    return None


def _labelled(form: forms.Form, refusal: StaleEdit) -> list[dict[str, Any]]:
    """Both versions of each field that differs, in the words of the form."""
    rows = []
    for conflict in refusal.conflicts:
        name = conflict.field.removesuffix("_id")
        field = form.fields.get(name) or form.fields.get(conflict.field)
        words = dict(getattr(field, "choices", ()) or ())
        rows.append(
            {
                "label": field.label if field else conflict.field,
                "stored": words.get(conflict.stored, conflict.stored),
                "given": words.get(conflict.given, conflict.given),
            }
        )
    return rows


def status_of(form: forms.Form) -> int:
    """422 for a form that was sent and is wrong, else 200."""
    return 422 if form.is_bound and form.errors else 200
