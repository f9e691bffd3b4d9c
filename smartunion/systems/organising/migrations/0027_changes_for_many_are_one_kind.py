"""What was picked is called the same in every room."""

from django.db import migrations


class Migration(migrations.Migration):
    """A name only."""

    dependencies = [("organising", "0026_drivers_are_asked_for_by_range")]

    operations = [
        migrations.RenameField("verdictbatch", "finding_ids", "picked"),
    ]
