from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0042_unions_by_kind")]

    operations = [
        migrations.AddField("term", "meant_until", models.DateField(null=True)),
    ]
