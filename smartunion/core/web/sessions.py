"""Sessions in the database, each written once a request.

Django's own inserts a new session when it gets its key and updates it when the answer goes out, and asks before whether
the key is free. Signing in is part of joining, where two hundred people at once feel every statement: there the sessions of
many are inserted with one, and the answer only brings the key to the browser.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends import base, db
from django.utils.crypto import get_random_string


class SessionStore(db.SessionStore):
    """Django's sessions, but the row of a new one is inserted by the first save."""

    _is_new = False
    _stored: dict[str, Any] | None = None

    @classmethod
    def holding(cls, held: Mapping[str, Any]) -> "SessionStore":
        """A session with a fresh key that holds this; whoever asks for it inserts `row()`, which counts as saving."""
        made = cls()
        made.create()
        made.update(dict(held))
        made._is_new, made._stored = False, dict(held)
        return made

    def row(self) -> Any:  # Any: the model follows from Django's own engine
        """The row to be inserted."""
        return self.create_model_instance(self._get_session(no_load=True))  # type: ignore[attr-defined]  # as below

    def create(self) -> None:
        """Take a fresh key: 165 random bits, so that nobody has it already; a twin would still be refused on save."""
        self._session_key = get_random_string(32, base.VALID_KEY_CHARS)
        self._get_session(no_load=True)  # type: ignore[attr-defined]  # the stubs leave it out; nothing is stored yet
        self._is_new = self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write what the session holds."""
        if self.session_key is None:
            self.create()
        if self._stored is not None and self._stored == self._get_session():  # type: ignore[attr-defined]  # as above
            return
        super().save(must_create=must_create or self._is_new)
        self._is_new, self._stored = False, None
