from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0020_newest_members_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='importbatch',
            name='applied_upto',
            field=models.BigIntegerField(default=0, help_text='Key of the last row gone through: rows up to it that create or change are applied.'),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['batch', 'id'], name='importrow_order'),
        ),
    ]
