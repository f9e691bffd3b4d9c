from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("core", "0001_initial")]

    operations = [
        no_index_by_beginning("core", "StoredFile", "sha256"),
    ]
