from django.db import migrations

from smartunion.core.paths import count_paths_finely


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0002_wider_reach_and_due_indexes'),
    ]

    operations = [
        count_paths_finely('casework', 'CaseFile', 'path', 'origin_path'),
    ]
