from django.db import migrations

from smartunion.core.paths import count_paths_finely


class Migration(migrations.Migration):

    dependencies = [
        ('organising', '0009_congress_preparers'),
    ]

    operations = [
        count_paths_finely('organising', 'Finding', 'path'),
    ]
