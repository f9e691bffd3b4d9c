from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Nobody searches for the beginning of one; the second index was written with every row."""

    dependencies = [("facts", "0006_count_paths_finely")]

    operations = [no_index_by_beginning("facts", "Fact", "key")]
