from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Nobody searches for the beginning of one; the second index was written with every row."""

    dependencies = [("registry", "0029_how_a_union_was_founded")]

    operations = [no_index_by_beginning("registry", "Person", "mobile_tail")]
