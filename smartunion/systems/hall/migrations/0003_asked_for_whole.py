from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("hall", "0002_paths_sort_byte_by_byte")]

    operations = [
        no_index_by_beginning("hall", "Proof", "number"),
    ]
