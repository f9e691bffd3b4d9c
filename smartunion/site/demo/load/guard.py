"""Keeps the demo place away from real data."""

from io import StringIO

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.utils.translation import gettext as _

from smartunion.core.audit.models import AuditEvent
from smartunion.core.errors import Refusal
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import Person, TradeUnion

LOADED = "demo.loaded"


class NotADemoDatabase(Refusal):
    """The database holds data the demo did not make."""

    code = "not_a_demo_database"


class AlreadyLoaded(Refusal):
    """The demo place is there already."""

    code = "demo_already_loaded"


def check_may_load(*, replace: bool) -> None:
    """Let the demo in when the database is empty, or when it holds the demo alone and replace is set.

    Raises NotADemoDatabase, AlreadyLoaded.
    """
    holds_data = TradeUnion.objects.exists() or Person.objects.exists() or User.objects.exists()
    if not holds_data:
        return
    loaded = AuditEvent.objects.filter(event=LOADED).order_by("-pk").first()
    if loaded is None or User.objects.filter(is_demo=False, person=None).exists():
        raise NotADemoDatabase(
            _("This database holds data that is not the demo's. Nothing was changed."),
            remedy=_("Point DATABASE_URL or SMARTUNION_HOME at an empty place and run the command again."),
        )
    if not replace:
        raise AlreadyLoaded(
            _("The demo place is here already (size %(size)s, stage %(stage)s). Nothing was changed.")
            % loaded.data,
            remedy=_("Add --replace to build it anew, or --accounts to see the accounts."),
        )
    call_command("flush", interactive=False, verbosity=0)
    call_command("publish_services", stdout=StringIO())  # they went with the rest


def reset_sequences() -> None:
    """After rows with keys of our own: let PostgreSQL go on counting behind them."""
    from django.apps import apps

    models = [model for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
