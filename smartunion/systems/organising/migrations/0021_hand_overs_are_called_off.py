from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organising', '0020_asks_which_of_two_unions_covers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='handover',
            name='state',
            field=models.CharField(choices=[('prepared', 'Prepared'), ('given', 'Handed over'), ('taken', 'Taken over'), ('replaced', 'Called off')], default='prepared', max_length=8),
        ),
    ]
