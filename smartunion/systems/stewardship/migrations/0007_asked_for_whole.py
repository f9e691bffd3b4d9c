from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("stewardship", "0006_room_for_the_month")]

    operations = [
        no_index_by_beginning("stewardship", "UnionQuality", "path"),
        no_index_by_beginning("stewardship", "Mark", "key"),
        no_index_by_beginning("stewardship", "CorrectionBatch", "path"),
    ]
