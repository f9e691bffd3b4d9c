from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("offers", "0005_stays_calendars_and_changes")]

    operations = [
        no_index_by_beginning("offers", "Booking", "code"),
        no_index_by_beginning("offers", "CalendarKey", "digest"),
    ]
