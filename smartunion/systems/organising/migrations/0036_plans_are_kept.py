import django.db.models.deletion
import smartunion.core.paths
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was planned for each day, and what became of it."""

    dependencies = [
        ("organising", "0035_questions_of_drives"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlannedVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("path", smartunion.core.paths.PathField(max_length=120)),
                ("user_id", models.BigIntegerField(null=True)),
                ("is_agreed", models.BooleanField(default=False)),
                ("is_listed", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("planned", "To come"),
                            ("done", "Visited"),
                            ("missed", "Missed"),
                            ("moved", "Put off"),
                            ("dropped", "Needed no more"),
                        ],
                        default="planned",
                        max_length=7,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="planned",
                        to="organising.area",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planned",
                        to="organising.finding",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="planned",
                        to="organising.visit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["-day", "-id", "path", "area", "user_id", "outcome"], name="planned_by_day"
                    ),
                    models.Index(fields=["area", "day"], name="planned_area"),
                ],
                "constraints": [models.UniqueConstraint(fields=("finding", "day"), name="planned_once")],
            },
        ),
    ]
