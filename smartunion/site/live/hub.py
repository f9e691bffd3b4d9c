"""The live hub: bare ASGI, server-sent events, one poll a second per watched channel shared by all its watchers.

Polling the database instead of signalling keeps it right with several processes, on both databases, after a kill.
A slow watcher never holds the others up: it has room for one state and gets the newest. Last state on connect.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import close_old_connections

from smartunion.site.live import tickets, topics

log = logging.getLogger(__name__)
POLL_S = 1.0
PING_S = 20.0
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Channel:
    """One channel with its watchers, its last event and the task that polls for changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.last: bytes | None = None
        self.watchers: set[asyncio.Queue[bytes]] = set()
        self.task: asyncio.Task[None] | None = None


class Hub:
    """All channels of this process."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")

    async def watch(self, name: str, send: Send, receive: Receive) -> None:
        """Serve one watcher until it leaves."""
        channel = self.channels.setdefault(name, Channel(name))
        queue: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)
        channel.watchers.add(queue)
        if channel.last is not None:
            queue.put_nowait(channel.last)
        if channel.task is None:
            channel.task = asyncio.create_task(self._poll(channel))
        gone = asyncio.create_task(_until_disconnect(receive))
        try:
            while not gone.done():
                waiting = asyncio.create_task(queue.get())
                await asyncio.wait({waiting, gone}, timeout=PING_S, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    await send({"type": "http.response.body", "body": waiting.result(), "more_body": True})
                else:
                    waiting.cancel()
                    if not gone.done():
                        await send({"type": "http.response.body", "body": b": ping\n\n", "more_body": True})
        finally:
            gone.cancel()
            channel.watchers.discard(queue)
            if not channel.watchers and channel.task is not None:
                channel.task.cancel()
                self.channels.pop(name, None)

    async def _poll(self, channel: Channel) -> None:
        topic, argument = topics.split(channel.name)
        seen: object = None
        loop = asyncio.get_running_loop()
        while True:
            try:
                version = await loop.run_in_executor(self.pool, _fresh, topic.version, argument)
                if version != seen or channel.last is None:
                    payload = await loop.run_in_executor(self.pool, _fresh, topic.payload, argument)
                    seen = version
                    self._publish(channel, payload)
            except Exception:
                log.exception("live.poll_failed channel=%s", channel.name.partition(":")[0])
            await asyncio.sleep(POLL_S)

    def _publish(self, channel: Channel, payload: dict[str, Any]) -> None:
        body = json.dumps(payload, ensure_ascii=False, default=str)
        channel.last = f"event: state\ndata: {body}\n\n".encode()
        for queue in channel.watchers:
            with suppress(asyncio.QueueEmpty):
                queue.get_nowait()
            queue.put_nowait(channel.last)


def _fresh(function: Callable[[str], Any], argument: str) -> Any:
    close_old_connections()
    return function(argument)


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


hub = Hub()


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """GET /live/<ticket>/: an event stream, or 403 when the ticket is not good."""
    channel = tickets.check(scope["path"].removeprefix("/live/").rstrip("/"))
    if channel is None or scope["method"] != "GET" or channel.partition(":")[0] not in topics.TOPICS:
        await send(
            {"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]}
        )
        await send({"type": "http.response.body", "body": b"ticket refused"})
        return
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
    await hub.watch(channel, send, receive)
