"""Signed tickets: an ordinary view checks the actor and hands out a ticket; the hub only checks the signature."""

from django.core import signing

_SALT = "smartunion.live"
MAX_AGE_S = 12 * 3600


def issue(channel: str) -> str:
    """A ticket for one channel."""
    return signing.dumps(channel, salt=_SALT)


def check(ticket: str) -> str | None:
    """The channel, or None when the ticket is forged or too old."""
    try:
        return str(signing.loads(ticket, salt=_SALT, max_age=MAX_AGE_S))
    except signing.BadSignature:
        return None


def live_url(channel: str) -> str:
    """The address a page watches."""
    return f"/live/{issue(channel)}/"
