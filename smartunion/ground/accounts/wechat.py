"""WeChat's sign-in over OAuth: inside WeChat with the service account, on a PC by QR with the website app."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from smartunion.core.errors import Refusal

TIMEOUT_S: Final = 5.0


class WechatFailed(Refusal):
    """WeChat could not be reached or did not accept the code."""

    code = "wechat_failed"
    status = 502

    def default_message(self) -> str:
        return _("WeChat did not confirm the sign-in.")


@dataclass(frozen=True)
class App:
    """One of the two apps a federation registers with WeChat.

    kind: "inside" (service account) or "web" (website app).
    """

    kind: str
    app_id: str
    secret: str


@dataclass(frozen=True)
class Identity:
    """Who WeChat says it is: open_id within one app, union_id across the apps of one operator ("" when unknown)."""

    app_id: str
    open_id: str
    union_id: str


def app_for(*, inside: bool) -> App | None:
    """The app for a browser inside or outside of WeChat; None when it is not configured."""
    wanted = settings.WECHAT
    app = (
        App("inside", wanted["app_id"], wanted["secret"])
        if inside
        else App("web", wanted["web_app_id"], wanted["web_secret"])
    )
    return app if app.app_id and app.secret else None


def authorize_url(app: App, *, redirect_uri: str, state: str) -> str:
    """Where the browser is sent. Inside WeChat the silent scope is enough: no nickname is asked for."""
    page, scope = (
        ("oauth2/authorize", "snsapi_base") if app.kind == "inside" else ("qrconnect", "snsapi_login")
    )
    query = urlencode(
        {
            "appid": app.app_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": scope,
            "state": state,
        }
    )
    return f"{settings.WECHAT['open']}/connect/{page}?{query}#wechat_redirect"


def identity_of(app: App, code: str) -> Identity:
    """Exchange the code of the redirect. Raises WechatFailed."""
    query = {"appid": app.app_id, "secret": app.secret, "code": code, "grant_type": "authorization_code"}
    try:
        answer = httpx.get(
            f"{settings.WECHAT['api']}/sns/oauth2/access_token", params=query, timeout=TIMEOUT_S
        )
        found: Any = answer.json()  # Any: JSON of another house, checked below
    except (httpx.HTTPError, ValueError):
        raise WechatFailed(remedy=_("Try again in a moment, or sign in with your phone number.")) from None
    if not isinstance(found, dict) or not isinstance(found.get("openid"), str) or not found["openid"]:
        raise WechatFailed(remedy=_("Start again, or sign in with your phone number."))
    return Identity(app.app_id, found["openid"][:64], str(found.get("unionid") or "")[:64])
