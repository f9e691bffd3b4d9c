from django.db import migrations
from django.db.models import OuterRef, Subquery

from smartunion.core.paths import count_paths_finely

BATCH = 20_000


def fill(apps, editor):
    """Every link gets its union's path; run again, it fills what is still missing."""
    EmployerLink = apps.get_model("registry", "EmployerLink")
    TradeUnion = apps.get_model("registry", "TradeUnion")
    path = TradeUnion.objects.filter(pk=OuterRef("union_id")).values("path")
    empty = EmployerLink.objects.filter(union_path="")
    while keys := list(empty.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        empty.filter(pk__gte=keys[0], pk__lte=keys[-1]).update(union_path=Subquery(path))


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0017_links_know_their_path'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        count_paths_finely('registry', 'EmployerLink', 'union_path'),
    ]
