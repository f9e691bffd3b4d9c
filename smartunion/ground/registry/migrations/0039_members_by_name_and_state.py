from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0038_why_rows_are_refused"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["name_key", "id", "union_path", "state"], name="membership_by_name"),
        ),
        migrations.RemoveIndex(model_name="membership", name="membership_name_walk"),
    ]
