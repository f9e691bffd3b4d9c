from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("feeds", "0002_one_index_a_column")]

    operations = [
        no_index_by_beginning("feeds", "Source", "path"),
        no_index_by_beginning("feeds", "Snapshot", "path"),
    ]
