"""Materialised paths: a node's path starts with its parent's, so that a subtree is one index range."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import StrIndex, Substr

from smartunion.core.ids import base36
from smartunion.core.physical import Physical

#: Paths sort byte by byte on PostgreSQL; SQLite compares bytes anyway.
COLLATION = "C"


class PathField(models.CharField):  # type: ignore[type-arg]  # stubs want parameters Django does not take
    """A materialised path with byte order on PostgreSQL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection):  # type: ignore[no-untyped-def]  # Django's own signature is untyped
        parameters = super().db_parameters(connection)
        parameters["collation"] = COLLATION if connection.vendor == "postgresql" else None
        return parameters


def count_paths_finely(app_label: str, model_name: str, *names: str) -> Physical:
    """A migration step: PostgreSQL keeps ten times as fine a histogram of these columns.

    With the usual hundred steps it takes a town's range of paths for two rows instead of six thousand, and then sorts
    the whole town where it could walk the index that is in order already.
    """

    def set_to(target: int) -> Any:
        def act(apps: Any, editor: Any) -> None:
            if editor.connection.vendor == "postgresql":
                model = apps.get_model(app_label, model_name)
                table = editor.quote_name(model._meta.db_table)
                for name in names:
                    column = editor.quote_name(model._meta.get_field(name).column)
                    editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}")
                editor.execute(f"ANALYZE {table}")

        return act

    return Physical(set_to(1000), set_to(-1))


def child_path(parent_path: str, number: int) -> str:
    """The path of a child with this primary key: parent's path, key in base 36, slash."""
    return f"{parent_path}{base36(number)}/"


def is_under(path: str, root: str) -> bool:
    """Whether `path` is `root` or lies below it."""
    return path.startswith(root)


def ancestors(path: str) -> list[str]:
    """The path itself and those of every node above it, top first: "1/a/" gives ["1/", "1/a/"]."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: at + 1]) + "/" for at in range(len(parts))]


def step_below(root: str, column: str) -> Substr:
    """The path of the child of `root` that a row lies at or below, `root` itself where it lies there; worked out by the database.

    column: name of the row's path, which lies in the subtree of `root`.
    """
    rest = Substr(column, len(root) + 1)
    return Substr(column, 1, StrIndex(rest, Value("/")) + len(root))


def common_path(paths: Sequence[str]) -> str:
    """Path of the lowest node above all of them; "" when there is none."""
    shared = set(ancestors(paths[0])) if paths and paths[0] else set()
    for path in paths[1:]:
        shared &= set(ancestors(path)) if path else set()
    return max(shared, key=len, default="")


def prefixes(path: str) -> list[str]:
    """Every subtree a path lies in, widest first: "1/a/" → ["", "1/", "1/a/"].

    Raises ValueError for a path that does not end with a slash (it would count in the wrong place for ever).
    """
    if path and not path.endswith("/"):
        raise ValueError(f"path {path!r} must be empty or end with a slash")
    return ["", *ancestors(path)]
