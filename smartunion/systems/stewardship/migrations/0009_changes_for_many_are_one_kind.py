"""What was picked is called the same in every room."""

from django.db import migrations


class Migration(migrations.Migration):
    """A name only."""

    dependencies = [("stewardship", "0008_industry_and_projects")]

    operations = [
        migrations.RenameField("correctionbatch", "ids", "picked"),
    ]
