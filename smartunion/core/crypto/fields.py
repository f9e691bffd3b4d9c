"""Model fields that keep personal data sealed: an encrypted text and its blind index."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import In

from smartunion.core.crypto.ring import ring


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]  # stubs: BinaryField is generic only in 6.x
    """Text sealed at rest; reads and writes plain `str`. Empty text is stored as NULL.

    It cannot be filtered, ordered or joined: put a BlindIndexField beside it for exact lookup.
    """

    description = "Text encrypted at rest"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def _aad(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            value = ring().seal(value.encode(), self._aad())
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> str:
        """The plain text; "" for NULL. Raises CannotOpen."""
        if value is None:
            return ""
        return ring().open(bytes(value), self._aad()).decode()

    def opened(self, column: Sequence[bytes | None]) -> list[str]:
        """The plain texts of a column as `core.columns` reads it; "" for NULL. Raises CannotOpen."""
        return ring().open_many(column, self._aad())

    def to_python(self, value: Any) -> Any:
        return "" if value is None else value

    def get_default(self) -> str:
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("Encrypted fields are not serialised; export through a flow that checks the actor.")


class BlindIndexField(models.BinaryField):  # type: ignore[type-arg]  # as above
    """16 keyed bytes of another field's normalised value: exact search without decrypting.

    source: name of the field on the same model; purpose: separates indexes (equal phone and ID do not collide);
    normalise: pure function applied before hashing. Filled on save and bulk_create, not on update(). Rows are looked up
    by the plain value, `filter(mobile_index__of="13800138000")` or a list of them, under every key of the ring.
    """

    description = "Keyed hash of a sealed field"

    def __init__(
        self,
        *args: Any,
        source: str = "",
        purpose: str = "",
        normalise: Callable[[str], str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.source, self.purpose, self.normalise = source, purpose, normalise
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs |= {"source": self.source, "purpose": self.purpose, "null": self.null}
        return name, path, args, kwargs

    def index(self, value: str) -> bytes | None:
        """The index of a plain value under the newest key, None for an empty one."""
        plain = self.normalise(value) if self.normalise else value
        return ring().index(self.purpose, plain) if plain else None

    def indexes(self, value: str) -> list[bytes]:
        """What a plain value may be stored under, newest key first; nothing for an empty one."""
        plain = self.normalise(value) if self.normalise else value
        return ring().indexes(self.purpose, plain) if plain else []

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if not self.source:
            return getattr(model_instance, self.attname)
        index = self.index(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, index)
        return index

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> bytes | None:
        return None if value is None else bytes(value)


@BlindIndexField.register_lookup
class Of(In):
    """Rows whose sealed value is this one, or one of these; an empty text finds nobody.

    Whoever has the indexes of a value at hand (`BlindIndexField.indexes`) may give those instead.
    """

    lookup_name = "of"
    rhs: Any

    def get_prep_lookup(self) -> Any:
        field = self.lhs.output_field
        values = [self.rhs] if isinstance(self.rhs, (str, bytes)) else self.rhs
        found = ([v] if isinstance(v, bytes) else field.indexes(v) for v in values)
        self.rhs = list(dict.fromkeys(index for indexes in found for index in indexes))
        return self.rhs

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        """`In` turns thousands of values into parameters one by one, which takes as long as looking them up."""
        if not self.rhs:
            raise EmptyResultSet
        lhs, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            listed = ",".join([f'"\\\\x{index.hex()}"' for index in self.rhs])
            return f"{lhs} = ANY(%s::bytea[])", [*params, f"{{{listed}}}"]
        return f"{lhs} IN ({', '.join(['%s'] * len(self.rhs))})", [*params, *self.rhs]
