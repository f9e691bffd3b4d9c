from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("payments", "0003_in_kind")]

    operations = [
        no_index_by_beginning("payments", "Fund", "code"),
        no_index_by_beginning("payments", "Entry", "key"),
        no_index_by_beginning("payments", "PaymentList", "number"),
    ]
