from django.db import migrations

from smartunion.core.paths import count_paths_finely


class Migration(migrations.Migration):

    dependencies = [
        ('facts', '0005_own_facts_leave_tallies'),
    ]

    operations = [
        count_paths_finely('facts', 'Fact', 'path'),
        count_paths_finely('facts', 'DailyTally', 'path'),
    ]
