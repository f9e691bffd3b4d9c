from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organising', '0010_count_paths_finely'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['work_list', '-score', '-id', 'path'], name='finding_open'),
        ),
    ]
