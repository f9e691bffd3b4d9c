import django.db.models.deletion
from django.db import migrations, models

import smartunion.core.crypto.fields


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0030_phone_tails_are_asked_for_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective', models.PositiveIntegerField(default=0)),
                ('packed', models.PositiveIntegerField(default=0)),
                ('made', smartunion.core.crypto.fields.EncryptedTextField(blank=True, editable=True, null=True)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='registry.importbatch')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'id'], name='importpart_order')],
            },
        ),
        migrations.AddField(
            model_name='importrow',
            name='part',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='registry.importpart'),
        ),
        migrations.AlterField(
            model_name='importbatch',
            name='applied_upto',
            field=models.BigIntegerField(default=0, help_text='Key of the last part gone through: parts up to it are applied.'),
        ),
        migrations.AddField(
            model_name='person',
            name='row_digest',
            field=smartunion.core.crypto.fields.BlindIndexField(help_text='Of the row of a list, and the version, that said of her what stands here: nothing but a mark to know it by.', null=True, purpose='import_row', source=''),
        ),
    ]
