"""One port: `/live/` goes to the hub, everything else to Django's WSGI side (2.5 times the pages of Django's ASGI).

Who sends her form to join waits for others to be written together with (core.convoy): that takes a thread and nothing
else, so there are many for it, while pages, which work, get few.
"""

from collections.abc import Iterator
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.db import connections

from smartunion.site import env
from smartunion.site.live.hub import Receive, Scope, Send, live
from smartunion.site.wsgi import application as pages

#: Threads in which people wait to join; as many as are written together.
_CROWD = 64


def _crowd(environ: Any, start_response: Any) -> Iterator[bytes]:
    """Pages in a thread that keeps no connection: of so many threads each would keep one, with its cache."""
    answer = pages(environ, start_response)
    try:
        yield from answer
    finally:
        answer.close()
        connections.close_all()


# Any: a2wsgi types the wire, Django its own objects.
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=env.number("SMARTUNION_THREADS", 8))
_joins: Any = WSGIMiddleware(cast(Any, _crowd), workers=_CROWD)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI entry point."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    elif (
        scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(("/j/", "/join/"))
    ):
        await _joins(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message: dict[str, Any] = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
