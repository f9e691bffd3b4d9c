"""What `./run` does: prepare, build the demo city once, say where everything is, serve."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from smartunion.ground.registry.models import TradeUnion
from smartunion.site import env
from smartunion.site.port import free_or_explain


class Command(BaseCommand):
    """`smartunion start`."""

    help = "Prepare the database, load the demo city when there is nothing yet, and serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument(
            "--size", default=env.text("SMARTUNION_DEMO_SIZE", "county"), choices=["town", "county", "city"]
        )
        parser.add_argument("--stage", default="running", choices=["empty", "imported", "running"])
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.number("PORT", 8000))

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, fill, print, serve."""
        if problem := free_or_explain(options["host"], options["port"]):
            raise CommandError(problem)
        call_command("prepare")
        is_new = settings.DEMO and not TradeUnion.objects.exists()
        if is_new:
            self.stdout.write(f"Building the demo {options['size']} (正在生成演示数据,约半分钟) …")
            self.stdout.flush()
            call_command("demo", size=options["size"], stage=options["stage"], stdout=self.stdout)
        self.stdout.write(
            f"\nSmartUnion 智慧工会: http://{options['host']}:{options['port']}/   data: {settings.HOME}"
        )
        if settings.DEMO and not is_new:
            call_command("demo", accounts=True, stdout=self.stdout)
        self.stdout.write("Stop with Ctrl+C.\n")
        self.stdout.flush()
        call_command("serve", host=options["host"], port=options["port"])
