"""A sign-in that is not complete yet, kept in the browser's session: sealed, because phones are personal data."""

import base64
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase

from smartunion.core.crypto.ring import ring
from smartunion.core.crypto.suites import CannotOpen
from smartunion.ground.accounts.rules import Step

#: A half-finished sign-in is forgotten after this time.
LASTS: Final = timedelta(minutes=15)
_KEY = "pending"


@dataclass(frozen=True)
class Pending:
    """What is known so far. All times are seconds since the epoch.

    next: where to go afterwards; mobile: a code was sent there, until_s/resend_s: valid until, again from;
    shown: the code itself, demo mode only; user_id, method, proven: password or code were right, steps taken;
    wechat: (app id, open id, union id) to link once a phone is proven; state, kind: of the way to WeChat and back.
    """

    started_s: float
    next: str = ""
    mobile: str = ""
    until_s: float = 0
    resend_s: float = 0
    shown: str = ""
    user_id: int = 0
    method: str = ""
    proven: tuple[str, ...] = ()
    wechat: tuple[str, str, str] | None = None
    state: str = ""
    inside: bool = False

    @property
    def steps(self) -> frozenset[Step]:
        """Steps already taken."""
        return frozenset(Step(name) for name in self.proven)

    def with_step(self, step: Step) -> "Pending":
        """One step further."""
        return replace(self, proven=(*self.proven, step.value))


def start(at: datetime, **values: Any) -> Pending:  # Any: the fields above
    """A fresh sign-in."""
    return Pending(started_s=at.timestamp(), **values)


def keep(session: SessionBase, pending: Pending) -> None:
    """Put it into the session, sealed."""
    keep_sealed(session, _KEY, json.dumps(asdict(pending)))


def read(session: SessionBase, at: datetime) -> Pending | None:
    """What the session holds; None when there is nothing, or it is too old or no longer opens."""
    try:
        values = json.loads(read_sealed(session, _KEY))
    except ValueError:
        return None
    found = Pending(
        **values | {"proven": tuple(values["proven"]), "wechat": values["wechat"] and tuple(values["wechat"])}
    )
    return found if at.timestamp() - found.started_s < LASTS.total_seconds() else None


def keep_sealed(session: SessionBase, key: str, text: str) -> None:
    """Put a text into the session under a key of this room, sealed for that key alone."""
    session[key] = base64.b64encode(ring().seal(text.encode(), _aad(key))).decode()


def read_sealed(session: SessionBase, key: str) -> str:
    """The text kept there; "" when there is none or it no longer opens."""
    kept = session.get(key)
    if not isinstance(kept, str):
        return ""
    try:
        return ring().open(base64.b64decode(kept), _aad(key)).decode()
    except (CannotOpen, ValueError):
        return ""


def _aad(key: str) -> bytes:
    return f"accounts.{key}".encode()


def drop(session: SessionBase) -> None:
    """Forget it."""
    session.pop(_KEY, None)
