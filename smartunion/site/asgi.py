"""One port: `/live/` goes to the hub, everything else to Django's WSGI side (2.5 times the pages of Django's ASGI)."""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from smartunion.site import env
from smartunion.site.live.hub import Receive, Scope, Send, live
from smartunion.site.wsgi import application as pages

# Any: a2wsgi types the wire, Django its own objects.
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=env.number("SMARTUNION_THREADS", 8))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI entry point."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/live/"):
        await live(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message: dict[str, Any] = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
