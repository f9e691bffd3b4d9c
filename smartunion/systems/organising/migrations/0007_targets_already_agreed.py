"""Targets set before agreement was asked for count as agreed on the day they were set."""

from django.db import migrations
from django.db.models import F


def agree(apps, schema_editor):  # type: ignore[no-untyped-def]  # historical models have no types
    apps.get_model("organising", "Target").objects.filter(agreed_at=None).update(agreed_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("organising", "0006_platform_drives")]
    operations = [migrations.RunPython(agree, migrations.RunPython.noop)]
