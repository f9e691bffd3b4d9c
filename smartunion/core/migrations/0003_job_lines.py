import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What became of each record of a job, kept until its file is written."""

    dependencies = [("core", "0002_asked_for_whole")]

    operations = [
        migrations.CreateModel(
            name="JobLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="Place of the record among those picked.")),
                ("cells", models.JSONField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="core.job",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("job", "number"), name="job_line")],
            },
        ),
    ]
