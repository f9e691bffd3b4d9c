"""Rendering a snippet with components, as a page would."""

from typing import Any

from django.template import Context, Template
from django_cotton.compiler_regex import CottonCompiler


def drawn(snippet: str, **context: Any) -> str:
    """The HTML of a snippet."""
    return Template(CottonCompiler().process(snippet)).render(Context(context))
