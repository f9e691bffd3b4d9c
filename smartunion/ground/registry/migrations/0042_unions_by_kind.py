from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0041_employers_from_abroad'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='tradeunion',
            index=models.Index(fields=['kind', 'path'], name='union_kind_path'),
        ),
    ]
