from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Paths are compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("dues", "0001_contributions")]

    operations = [no_index_by_beginning("dues", "Reminder", "path")]
