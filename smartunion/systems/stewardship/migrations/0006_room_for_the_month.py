from django.db import migrations

from smartunion.core.physical import leave_room


class Migration(migrations.Migration):
    dependencies = [("stewardship", "0005_count_what_waits")]
    operations = [leave_room("stewardship", "Discrepancy", 45)]
