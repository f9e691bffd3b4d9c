"""Bring data folder, database, cache table, services and catalogues up to this version; safe to repeat."""

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from smartunion.core import statistics
from smartunion.core.files.intake import sweep_private_folders
from smartunion.site.catalogues import compile_stale


class Command(BaseCommand):
    """`smartunion prepare`."""

    help = "Create or upgrade the database and compile the language catalogues."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is needed, say what was done."""
        settings.HOME.mkdir(parents=True, exist_ok=True)
        sweep_private_folders()
        compile_stale()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stderr.write("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
            statistics.refresh()
        call_command(
            "publish_services", stdout=StringIO()
        )  # at every start: a new version may bring new services
