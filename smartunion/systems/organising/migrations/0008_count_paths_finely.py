from django.db import migrations

from smartunion.core.paths import count_paths_finely


class Migration(migrations.Migration):

    dependencies = [
        ('organising', '0007_targets_already_agreed'),
    ]

    operations = [
        count_paths_finely('organising', 'Finding', 'path'),
    ]
