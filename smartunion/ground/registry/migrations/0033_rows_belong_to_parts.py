import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0032_fill_parts_of_imports'),
    ]

    operations = [
        migrations.AlterField(
            model_name='importrow',
            name='part',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='registry.importpart'),
        ),
        migrations.RemoveIndex(
            model_name='importrow',
            name='importrow_order',
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['part', 'id'], name='importrow_order'),
        ),
    ]
