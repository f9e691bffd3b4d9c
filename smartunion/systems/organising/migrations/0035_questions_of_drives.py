import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A visit may be made for a drive, and a drive asks its own questions at those."""

    dependencies = [("organising", "0034_links_are_asked_for_whole")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="drive",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="organising.joiningdrive",
            ),
        ),
        migrations.AddField(
            model_name="visitquestion",
            name="drive",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="questions",
                to="organising.joiningdrive",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("drive__isnull", False)),
                fields=["drive", "-noted_at", "-id", "result", "is_done"],
                name="visit_of_drive",
            ),
        ),
    ]
