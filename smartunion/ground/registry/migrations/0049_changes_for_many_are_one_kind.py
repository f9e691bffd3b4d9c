"""What was picked is called the same in every room; the work asks anew who may."""

from django.db import migrations


class Migration(migrations.Migration):
    """Names only, and the reach kept since a batch was begun."""

    dependencies = [("registry", "0048_batches_are_asked_for_by_range")]

    operations = [
        migrations.RenameField("membershipbatch", "membership_ids", "picked"),
        migrations.RemoveField("membershipbatch", "reach"),
    ]
