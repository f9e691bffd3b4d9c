from django.db import migrations, models

import smartunion.core.keys
import smartunion.core.paths


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0016_platform_work'),
    ]

    operations = [
        migrations.AddField(
            model_name='employerlink',
            name='union_path',
            field=smartunion.core.paths.PathField(default='', max_length=120),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='employerlink',
            index=models.Index(fields=['union_path', 'employer'], name='link_path'),
        ),
        migrations.AddIndex(
            model_name='employerlink',
            index=models.Index(condition=models.Q(('valid_to', None)), fields=['employer', 'union_path'], name='link_running'),
        ),
        migrations.AlterField(
            model_name='employer',
            name='name_key',
            field=smartunion.core.keys.KeyField(help_text='Folded name (rules.fold_name), for search.', max_length=120),
        ),
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(fields=['name_key', 'id', 'territory_path'], name='employer_name_path'),
        ),
    ]
