from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0040_branches_are_no_unions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="employer",
            index=models.Index(
                condition=models.Q(("unit_nature", "foreign"), ("unit_nature", "hmt"), _connector="OR"),
                fields=["territory_path", "state"],
                name="employer_from_abroad",
            ),
        ),
        migrations.RemoveIndex(model_name="employer", name="employer_foreign"),
    ]
