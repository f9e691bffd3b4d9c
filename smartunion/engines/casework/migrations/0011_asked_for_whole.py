from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("casework", "0010_kind_of_own_versions")]

    operations = [
        no_index_by_beginning("casework", "Service", "key"),
        no_index_by_beginning("casework", "CaseFile", "reference"),
    ]
