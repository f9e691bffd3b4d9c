"""The buttons of a page: the act named in the address is done and said, or refused on the page it stands on."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from smartunion.core.errors import DomainError, NotVisible, Refusal

#: What an act does, and what is said when it is done.
Act = tuple[Callable[[], object], str]


def perform(
    request: HttpRequest, acts: Mapping[str, Act], name: str, *,
    refused: Callable[[DomainError], HttpResponse], back: str,
) -> HttpResponse:  # fmt: skip
    """Do the act of this name, say so and go back; refused: the page again, with what stood in the way.

    Raises NotVisible for an act the page does not have.
    """
    if name not in acts:
        raise NotVisible
    act, said = acts[name]
    try:
        act()
    except Refusal as refusal:
        return refused(refusal)
    messages.success(request, said)
    return redirect(back)
