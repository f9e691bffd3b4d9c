from django.db import migrations

AT_ONCE = 2000


def fill(apps, editor):
    """Rows staged before there were parts become parts; how far a batch is applied is told by part instead of row."""
    ImportBatch = apps.get_model("registry", "ImportBatch")
    ImportPart = apps.get_model("registry", "ImportPart")
    ImportRow = apps.get_model("registry", "ImportRow")
    for batch in ImportBatch.objects.order_by("pk").iterator():
        applied = 0
        while keys := _next_keys(ImportRow, batch):
            rows = ImportRow.objects.filter(batch=batch, pk__gte=keys[0], pk__lte=keys[-1])
            effective = rows.filter(outcome__in=["create", "change"]).count()
            part = ImportPart.objects.create(batch=batch, effective=effective)
            rows.update(part=part)
            if keys[-1] <= batch.applied_upto:
                applied = part.pk
        ImportBatch.objects.filter(pk=batch.pk).update(applied_upto=applied)


def _next_keys(ImportRow, batch):
    """Keys of rows without a part that follow one another, either all applied or none."""
    rows = ImportRow.objects.filter(batch=batch, part=None).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    applied = [key for key in keys if key <= batch.applied_upto]
    return applied or keys


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0031_imports_in_parts'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
