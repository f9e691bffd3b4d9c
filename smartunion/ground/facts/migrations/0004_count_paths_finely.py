from django.db import migrations

from smartunion.core.paths import count_paths_finely


class Migration(migrations.Migration):

    dependencies = [
        ('facts', '0003_find_facts_of_a_person'),
    ]

    operations = [
        count_paths_finely('facts', 'Fact', 'path'),
        count_paths_finely('facts', 'DailyTally', 'path'),
    ]
