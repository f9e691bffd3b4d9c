from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    dependencies = [("organising", "0025_letters_of_associations")]

    operations = [no_index_by_beginning("organising", "Driver", "path")]
