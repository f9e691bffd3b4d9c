from django.db import migrations

from smartunion.core.physical import count_together


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0053_the_skilled_are_found"),
    ]

    operations = [
        count_together("registry", "Membership", "membership_endings", "state", "end_type", "reason"),
    ]
