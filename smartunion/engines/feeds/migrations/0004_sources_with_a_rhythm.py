from django.db import migrations, models


class Migration(migrations.Migration):
    """A source may have a rhythm: what does not come in time is told."""

    dependencies = [("feeds", "0003_asked_for_whole")]

    operations = [
        migrations.AddField(
            model_name="source", name="every_days", field=models.PositiveSmallIntegerField(null=True)
        )
    ]
