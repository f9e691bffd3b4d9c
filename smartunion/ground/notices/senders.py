"""How a message leaves: one class for each way; settings.NOTICE_SENDERS names the class of each channel."""

import hashlib
import hmac
import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

import httpx
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from smartunion.core.clock import SHANGHAI
from smartunion.core.crypto.masking import mask_phone

TIMEOUT_S: Final = 5.0


class SendFailed(Exception):
    """It did not work this time; trying again makes sense. The text holds no personal data."""


class SendRejected(Exception):
    """It will never work like this (wrong number, no such template); trying again makes none."""


@dataclass(frozen=True)
class Outgoing:
    """One message: `to` is a mobile number, e-mail address or WeChat open id; `id` lets a provider see repeats."""

    id: str
    channel: str
    to: str
    title: str
    body: str
    link: str = ""
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Title, sentences and address in one line of plain text, as a text message wants it."""
        words = self.body if self.body.startswith(self.title) else f"{self.title}：{self.body}"
        return f"{words} {settings.PUBLIC_URL}{self.link}" if self.link else words


class Sender(Protocol):
    """One way out. Raises SendFailed or SendRejected; anything else counts as failed."""

    def send(self, message: Outgoing) -> None:
        """Hand the message over."""


#: Templates whose text somebody at the console waits for: without the code she cannot go on.
AWAITED: Final = frozenset({"accounts.code"})
#: The file of messages is begun anew at this size; the one before it stays beside it.
_MOST_BYTES: Final = 5_000_000
_told = threading.Event()


class ConsoleSender:
    """Keeps messages in a file of their own: for trying out, and where no provider is configured.

    A new demo city has thousands of reminders due on its first day. The console says once where they are, and shows
    the codes somebody waits for; everything else stands in `settings.NOTICE_LOG`, with masked recipients.
    """

    def send(self, message: Outgoing) -> None:
        """Write channel, masked recipient and text as one line."""
        to = mask_phone(message.to) if message.channel == "sms" else "…"
        line = f"[{message.channel} → {to}] {' '.join(message.text.split())}\n"
        if message.template in AWAITED:
            sys.stderr.write(line)
        elif not _told.is_set():
            _told.set()
            words = _(
                "No provider of messages is set yet: they are written to %(path)s, and to everybody's inbox."
            )
            sys.stderr.write(f"{words % {'path': settings.NOTICE_LOG}}\n")
        try:
            _keep(settings.NOTICE_LOG, f"{datetime.now(SHANGHAI):%Y-%m-%d %H:%M:%S} {line}")
        except OSError as error:
            raise SendFailed(f"{type(error).__name__}") from None


def _keep(path: Path, line: str) -> None:
    """Append a line to a file only its owner reads; a full one makes room."""
    if path.exists() and path.stat().st_size > _MOST_BYTES:
        path.replace(path.with_suffix(".1.log"))
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
    ) as file:
        file.write(line)


class HttpSmsSender:
    """Posts signed JSON to a provider or gateway of the federation's own choice.

    Settings: SMARTUNION_SMS_URL, SMARTUNION_SMS_SECRET. Headers: X-Timestamp (seconds), X-Signature (hex HMAC-SHA-256
    of "timestamp.body" under the secret). 2xx is taken; 4xx other than 408, 425 and 429 is final.
    """

    def send(self, message: Outgoing) -> None:
        """Hand over one text message."""
        if not settings.SMS_URL or not settings.SMS_SECRET:
            raise SendFailed(_("SMARTUNION_SMS_URL and SMARTUNION_SMS_SECRET are not set."))
        body = json.dumps(
            {"id": message.id, "mobile": message.to, "text": message.text, "template": message.template,
             "context": dict(message.context)},
            ensure_ascii=False,
        ).encode()  # fmt: skip
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json", "X-Timestamp": stamp,
            "X-Signature": signature(settings.SMS_SECRET, stamp, body),
        }  # fmt: skip
        _taken(_post(settings.SMS_URL, content=body, headers=headers))


class WechatSender:
    """Template messages of a WeChat service account; settings.WECHAT_TEMPLATES maps our keys to template ids.

    A template there has the fields first, keyword1 and remark, filled with title, body and nothing.
    """

    def send(self, message: Outgoing) -> None:
        """Hand over one template message."""
        number = settings.WECHAT_TEMPLATES.get(message.template) or settings.WECHAT_TEMPLATES.get("*")
        if not number:
            raise SendRejected(_("No WeChat template id is configured for this kind of message."))
        answer = _post(
            f"{settings.WECHAT['api']}/cgi-bin/message/template/send?access_token={_wechat_token()}",
            json={
                "touser": message.to, "template_id": number, "client_msg_id": message.id,
                "url": f"{settings.PUBLIC_URL}{message.link}" if message.link else "",
                "data": {"first": {"value": message.title}, "keyword1": {"value": message.body}},
            },
        )  # fmt: skip
        _taken(answer)
        code = int(_json(answer).get("errcode", 0))
        if code in _TOKEN_OLD:
            cache.delete(_TOKEN)
            raise SendFailed(_("WeChat answered with error %(code)s.") % {"code": code})
        if code in _FOLLOWS_NOT:
            raise SendRejected(_("The person does not follow the service account."))
        if code:
            raise SendFailed(_("WeChat answered with error %(code)s.") % {"code": code})


class EmailSender:
    """Through Django's mail settings (SMARTUNION_EMAIL_URL)."""

    def send(self, message: Outgoing) -> None:
        """Hand over one plain-text mail."""
        text = f"{message.body}\n\n{settings.PUBLIC_URL}{message.link}" if message.link else message.body
        try:
            EmailMessage(message.title, text, to=[message.to]).send()
        except OSError as error:
            raise SendFailed(
                _("The provider cannot be reached (%(error)s).") % {"error": type(error).__name__}
            ) from None


def sender_for(channel: str) -> Sender:
    """The configured sender of a channel."""
    sender: Sender = import_string(settings.NOTICE_SENDERS[channel])()
    return sender


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Hex HMAC-SHA-256 of "stamp.body": what a gateway computes to know that a message is ours."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


_TOKEN = "notices.wechat_token"  # noqa: S105  name of a cache entry
_TOKEN_OLD = {40001, 40014, 42001}
_FOLLOWS_NOT = {43004, 40003}


def _wechat_token() -> str:
    token = cache.get(_TOKEN)
    if isinstance(token, str):
        return token
    wanted = {
        "grant_type": "client_credential",
        "appid": settings.WECHAT["app_id"],
        "secret": settings.WECHAT["secret"],
    }
    try:
        answer = _json(httpx.get(f"{settings.WECHAT['api']}/cgi-bin/token", params=wanted, timeout=TIMEOUT_S))
    except httpx.HTTPError as error:
        raise SendFailed(
            _("The provider cannot be reached (%(error)s).") % {"error": type(error).__name__}
        ) from None
    if "access_token" not in answer:
        raise SendFailed(_("WeChat answered with error %(code)s.") % {"code": answer.get("errcode")})
    cache.set(_TOKEN, answer["access_token"], int(answer.get("expires_in", 7200)) - 300)
    return str(answer["access_token"])


def _post(url: str, **what: Any) -> httpx.Response:
    try:
        return httpx.post(url, timeout=TIMEOUT_S, **what)
    except httpx.HTTPError as error:
        raise SendFailed(
            _("The provider cannot be reached (%(error)s).") % {"error": type(error).__name__}
        ) from None


def _taken(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    if answer.is_client_error and answer.status_code not in {401, 403, 408, 425, 429}:
        raise SendRejected(_("The provider answered %(status)s.") % {"status": answer.status_code})
    raise SendFailed(_("The provider answered %(status)s.") % {"status": answer.status_code})


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        raise SendFailed(_("The provider's answer could not be read.")) from None
    return found if isinstance(found, dict) else {}
