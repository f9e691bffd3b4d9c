from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("matters", "0006_what_is_kept_of_the_words")]

    operations = [
        no_index_by_beginning("matters", "Hazard", "reference"),
    ]
