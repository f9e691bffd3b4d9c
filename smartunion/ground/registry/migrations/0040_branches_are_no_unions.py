"""Branches and groups are parts of their union: they are taken out of the maintained counts of grassroots unions."""

from django.db import migrations
from django.db.models import F


def uncount(apps, schema_editor):
    """Each branch or group, once in its own count and once in that of every union above."""
    union_model, tally = apps.get_model("registry", "TradeUnion"), apps.get_model("registry", "UnionTally")
    parts = union_model.objects.filter(kind__in=["branch", "group"])
    apps.get_model("registry", "UnionTallyDelta").objects.filter(union__in=parts).update(unions=0)
    for pk, path in parts.filter(tally__own_unions__gt=0).order_by("pk").values_list("pk", "path"):
        steps = path.split("/")[:-1]
        above = ["/".join(steps[: number + 1]) + "/" for number in range(len(steps))]
        tally.objects.filter(union__path__in=above).update(all_unions=F("all_unions") - 1)
        tally.objects.filter(pk=pk).update(own_unions=0)


class Migration(migrations.Migration):
    dependencies = [("registry", "0039_members_by_name_and_state")]

    operations = [migrations.RunPython(uncount, migrations.RunPython.noop, elidable=True)]
