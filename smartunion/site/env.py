"""Typed readers for environment settings: a wrong value stops the start with a sentence, never a guess."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable as given, or the default when unset."""
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off. Raises ImproperlyConfigured for anything else."""
    given = os.environ.get(name, "").strip().lower()
    if given == "":
        return default
    if given in {"1", "true", "yes", "on"}:
        return True
    if given in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={given!r}: write 1 or 0.")


def number(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    given = os.environ.get(name, "").strip()
    if given == "":
        return default
    try:
        return int(given)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={given!r}: write a whole number.") from None


def mapping(name: str) -> dict[str, str]:
    """A JSON object of texts, empty when unset. Raises ImproperlyConfigured for anything else."""
    try:
        found = json.loads(os.environ.get(name, "") or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ImproperlyConfigured(f'{name}: write a JSON object of texts, such as {{"key": "value"}}.')
    return found


def mail(url: str) -> dict[str, object]:
    """Django's mail settings for SMARTUNION_EMAIL_URL; empty prints mails to the console.

    url: `smtp://user:password@host:587?from=union@example.org` (STARTTLS) or `smtps://…` (TLS from the start).
    """
    parts = urlsplit(url)
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("SMARTUNION_EMAIL_URL: write smtp://user:password@host:port or smtps://….")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.username is not None,
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": dict(parse_qsl(parts.query)).get("from", f"smartunion@{parts.hostname}"),
    }


def home() -> Path:
    """Where all data of this installation lives (SMARTUNION_HOME, default ~/.smartunion)."""
    return Path(os.environ.get("SMARTUNION_HOME") or Path.home() / ".smartunion").expanduser().resolve()


#: Bytes of an SQLite file that are read without asking the system for each page; SQLite takes no more. A list of a city
#: goes through more pages than a connection's cache holds.
MAPPED = 0x7FFF0000


def database(url: str, folder: Path, *, pool: int = 0, lasting: bool = True) -> dict[str, object]:
    """Django's database settings for DATABASE_URL; empty means one SQLite file in the data folder.

    url: `postgresql://user:password@host:port/name` or `sqlite:///absolute/path`. pool: so many connections to
    PostgreSQL at most, shared by the threads of this process; 0: each thread keeps its own. lasting: whether what is
    committed waits for the disk; tests need not.
    Raises ImproperlyConfigured for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0 if pool else None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                # of a page with many small counts it compiled a second to save none
                "options": "-c jit=off" + ("" if lasting else " -c synchronous_commit=off"),
                **({"pool": {"min_size": 1, "max_size": pool, "timeout": 60}} if pool else {}),
            },
        }
    if parts.scheme not in {"", "sqlite"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL: {parts.scheme}:// is not known; use postgresql:// or sqlite:///."
        )
    path = parts.path if parts.scheme else str(folder / "smartunion.sqlite3")
    synchronous = "FULL" if flag("SMARTUNION_SQLITE_FULL") else "NORMAL" if lasting else "OFF"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # DEFERRED loses writes to "database is locked" under load
            "timeout": 60,  # seconds to wait for other writers: SQLite keeps no queue, one may be overtaken often
            "init_command": (
                f"PRAGMA journal_mode=WAL;PRAGMA synchronous={synchronous};PRAGMA mmap_size={MAPPED};"
                "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-20000;"
            ),
        },
    }
