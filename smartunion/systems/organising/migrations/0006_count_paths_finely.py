from django.db import migrations

from smartunion.core.paths import count_paths_finely


class Migration(migrations.Migration):

    dependencies = [
        ('organising', '0005_congresses'),
    ]

    operations = [
        count_paths_finely('organising', 'Finding', 'path'),
    ]
