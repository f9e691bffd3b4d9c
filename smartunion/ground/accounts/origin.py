"""Where a request comes from: address, browser; and how much of it we keep."""

import ipaddress
import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

_BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("EdgA?/", "Edge"), ("Firefox/", "Firefox"),
    ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone|iPad", "iOS"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """address: of the client, "" when unknown; agent: browser and system in a few words; request_id: for the log."""

    address: str = ""
    agent: str = ""
    request_id: str = ""

    @property
    def network(self) -> str:
        """What limits count by: the IPv4 address, or the /64 an IPv6 client can roam in."""
        try:
            found = ipaddress.ip_address(self.address)
        except ValueError:
            return "unknown"
        if found.version == 4:
            return str(found)
        return str(ipaddress.ip_network(f"{found}/64", strict=False))

    @property
    def masked(self) -> str:
        """What the owner is shown: enough to recognise, too little to follow anybody."""
        if "." in self.network:
            return ".".join([*self.network.split(".")[:2], "*", "*"])
        return f"{':'.join(self.network.split(':')[:2])}:…" if ":" in self.network else ""


def origin_of(request: HttpRequest) -> Origin:
    """Where a request comes from."""
    return Origin(client_address(request), agent_of(request), getattr(request, "request_id", ""))


def client_address(request: HttpRequest) -> str:
    """The client's address. X-Forwarded-For is believed only as far as our own proxies wrote it.

    settings.TRUSTED_PROXIES = n: the last n entries come from our proxies, so the n-th from the right is the
    client as our outermost proxy saw it; everything left of that a client can make up.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES <= 0:
        return direct
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if len(hops) < settings.TRUSTED_PROXIES:
        return direct
    try:
        return str(ipaddress.ip_address(hops[-settings.TRUSTED_PROXIES]))
    except ValueError:
        return direct


def agent_of(request: HttpRequest) -> str:
    """Browser and system, such as "微信 · Android"; "" when nothing is recognised."""
    text = request.headers.get("User-Agent", "")[:400]
    parts = [
        next((name for mark, name in marks if re.search(mark, text)), "") for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(part for part in parts if part)
