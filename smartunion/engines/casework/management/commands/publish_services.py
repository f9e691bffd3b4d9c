"""`smartunion publish_services`: put the services that ship with the program into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from smartunion.core import clock
from smartunion.core.actor import system
from smartunion.engines.casework.flows.publishing import ship


class Command(BaseCommand):
    """Safe to run at every start: only new or changed definitions are published."""

    help = "Publish the services that ship with SmartUnion; services a federation has changed itself stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        fresh = ship(actor=system(source="cli"), at=clock.now())
        for version in fresh:
            self.stdout.write(f"{version.service.title}: version {version.number}")
        self.stdout.write(f"{len(fresh)} service versions published.")
