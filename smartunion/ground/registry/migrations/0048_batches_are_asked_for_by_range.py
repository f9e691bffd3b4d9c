from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    dependencies = [("registry", "0047_posts_end_by_recall")]

    operations = [no_index_by_beginning("registry", "MembershipBatch", "path")]
