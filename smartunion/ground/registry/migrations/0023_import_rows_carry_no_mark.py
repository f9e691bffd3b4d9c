from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0022_fill_how_far_imports_are'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='importrow',
            name='applied',
        ),
    ]
