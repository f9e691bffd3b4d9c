from django.db import migrations
from django.db.models import Max


def fill(apps, editor):
    """A batch that stands applied, or half applied, or half taken back, is applied up to its last applied row."""
    ImportBatch = apps.get_model("registry", "ImportBatch")
    ImportRow = apps.get_model("registry", "ImportRow")
    for batch in ImportBatch.objects.filter(state__in=["applying", "applied", "undoing"]):
        last = ImportRow.objects.filter(batch=batch, applied=True).aggregate(last=Max("pk"))["last"]
        ImportBatch.objects.filter(pk=batch.pk).update(applied_upto=last or 0)


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0021_imports_know_how_far'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
