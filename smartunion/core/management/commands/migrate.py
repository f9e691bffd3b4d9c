"""`migrate`, with a short way for an empty database: the tables all migrations lead to, made at once."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from smartunion.core.physical import Physical

_PARTIAL = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """Django's own, but a new database need not walk through every earlier shape of the tables.

    One shape comes out either way; tests/test_migrations.py compares them.
    """

    def add_arguments(self, parser: Any) -> None:
        """Django's options and `--step-by-step`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--step-by-step", action="store_true", help="Apply every migration, even where no table is yet."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing whole, then do as Django does."""
        database = options["database"]
        partial = any(options[name] for name in _PARTIAL) or options.get("step_by_step")
        if not partial and not connections[database].introspection.table_names():
            create(database)
        super().handle(*args, **options)


def create(database: str) -> None:
    """Make every table the migrations lead to in the empty database and note all of them as applied: whole or not at all."""
    connection = connections[database]
    recorder = MigrationRecorder(connection)
    loader = MigrationLoader(None)
    apps = loader.project_state().apps
    models: list[type[Model]] = [*apps.get_models(), recorder.Migration]
    with connection.schema_editor() as editor:
        for model in models:
            if model._meta.can_migrate(connection) and router.allow_migrate_model(database, model):
                editor.create_model(model)  # with its many-to-many tables
        while editor.deferred_sql:  # keys and indexes, which the steps below find in place
            editor.execute(editor.deferred_sql.pop(0))
        for app_label, name in _in_order(loader):
            for step in loader.graph.nodes[app_label, name].operations:
                if isinstance(step, Physical):
                    step.code(apps, editor)
            recorder.record_applied(app_label, name)


def _in_order(loader: MigrationLoader) -> dict[tuple[str, str], None]:
    """Every migration after those it rests on: a later one may undo what an earlier one did. The graph keeps no order."""
    return {
        node: None for leaf in sorted(loader.graph.leaf_nodes()) for node in loader.graph.forwards_plan(leaf)
    }
