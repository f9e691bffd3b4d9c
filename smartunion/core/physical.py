"""Migration steps that tell a database how to keep a table, beyond what a model can say."""

from typing import Any

from django.db.migrations.operations import RunPython


class Physical(RunPython):
    """Such a step; done in a new database too, with the last models."""


def index_few(app_label: str, model_name: str, name: str, column: str, condition: str = "") -> Physical:
    """A migration step: PostgreSQL indexes the rows of a condition (all without one) by a column, under a name.

    For rows that are few among millions, found otherwise by reading all. SQLite keeps no histogram, takes such an index for
    the best way even where most rows lack a value, and gets none.
    """

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            table = editor.quote_name(apps.get_model(app_label, model_name)._meta.db_table)
            where = f" WHERE {condition}" if condition else ""
            editor.execute(f"CREATE INDEX {name} ON {table} ({column}){where}")

    def drop(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX {name}")

    return Physical(make, drop)


def count_together(app_label: str, model_name: str, name: str, *fields: str) -> Physical:
    """A migration step: PostgreSQL counts which values of these columns stand together, under a name.

    It takes columns for strangers: that one in fifty has ended and one in fifty has left, for one in 2,500 that did both, and
    then gathers all of them where it could walk an index to the first fifty.
    """

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            model = apps.get_model(app_label, model_name)
            table = editor.quote_name(model._meta.db_table)
            columns = ", ".join(editor.quote_name(model._meta.get_field(field).column) for field in fields)
            editor.execute(f"CREATE STATISTICS {name} (mcv) ON {columns} FROM {table}")
            editor.execute(f"ANALYZE {table}")

    def drop(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP STATISTICS {name}")

    return Physical(make, drop)


def taken_back(step: Physical) -> Physical:
    """A migration step: what an earlier one did is undone."""
    undo, do = step.reverse_code, step.code
    if undo is None:
        raise TypeError("a step that cannot be reversed cannot be taken back")
    return Physical(undo, do)


def no_index_by_beginning(app_label: str, model_name: str, field_name: str) -> Physical:
    """A migration step: PostgreSQL keeps no second index of a text column, for searches by its beginning, where only whole
    values are asked for.

    Django makes one beside the index of every text column; it is written with every row.
    """

    def names(apps: Any, editor: Any) -> tuple[Any, Any, str]:
        model = apps.get_model(app_label, model_name)
        field = model._meta.get_field(field_name)
        return model, field, editor._create_index_name(model._meta.db_table, [field.column], suffix="_like")

    def drop(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX IF EXISTS {editor.quote_name(names(apps, editor)[2])}")

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            model, field, _name = names(apps, editor)
            editor.execute(editor._create_like_index_sql(model, field))

    return Physical(drop, make)


def leave_room(app_label: str, model_name: str, filled_percent: int) -> Physical:
    """A migration step: PostgreSQL fills pages of the table to so many per cent alone, from now on.

    Where nearly every row is written each month and no indexed column changes, the new version then stays in its page, and no
    index is touched.
    """

    def leave(apps: Any, editor: Any) -> None:
        _alter(apps, editor, f"SET (fillfactor = {filled_percent})")

    def take_back(apps: Any, editor: Any) -> None:
        _alter(apps, editor, "RESET (fillfactor)")

    def _alter(apps: Any, editor: Any, how: str) -> None:
        if editor.connection.vendor == "postgresql":
            table = editor.quote_name(apps.get_model(app_label, model_name)._meta.db_table)
            editor.execute(f"ALTER TABLE {table} {how}")

    return Physical(leave, take_back)
