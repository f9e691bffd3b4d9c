"""Keys for search and order: text compared byte by byte on every database, so that a prefix is one index range."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q

from smartunion.core.paths import COLLATION


class KeyField(models.CharField):  # type: ignore[type-arg]  # stubs want parameters Django does not take
    """Text in byte order on PostgreSQL (SQLite compares bytes anyway)."""

    def db_parameters(self, connection):  # type: ignore[no-untyped-def]  # Django's own signature is untyped
        parameters = super().db_parameters(connection)
        parameters["collation"] = COLLATION if connection.vendor == "postgresql" else None
        return parameters


class DerivedKeyField(KeyField):
    """A key made from another field on save and bulk_create; update() and raw inserts give it themselves.

    source: name of the field on the same model; derive: pure function of its value.
    """

    def __init__(
        self, *args: Any, source: str = "", derive: Callable[[str], str] | None = None, **kwargs: Any
    ) -> None:
        self.source, self.derive = source, derive
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"source": self.source}
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if self.derive is None:
            return getattr(model_instance, self.attname)
        value = self.derive(getattr(model_instance, self.source) or "")[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


def prefixed(field_name: str, text: str) -> Q:
    """Rows whose KeyField begins with `text`: a range, because SQLite scans on LIKE … ESCAPE. Nothing for ""."""
    if not text:
        return Q(pk__in=[])
    bounds: dict[str, Any] = {f"{field_name}__gte": text}
    end = following(text)
    if end:
        bounds[f"{field_name}__lt"] = end
    return Q(**bounds)


def following(text: str) -> str:
    """The first string behind everything that begins with `text`; "" when there is none."""
    for position in range(len(text) - 1, -1, -1):
        code = ord(text[position])
        if code < 0x10FFFF:
            successor = 0xE000 if code + 1 == 0xD800 else code + 1  # surrogates cannot be stored
            return text[:position] + chr(successor)
    return ""
