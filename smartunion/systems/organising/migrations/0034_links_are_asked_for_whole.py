"""The beginning of a joining link is asked for by nobody: PostgreSQL drops the index Django made for it."""

from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    dependencies = [("organising", "0033_visits_that_count")]
    operations = [no_index_by_beginning("organising", "JoinLink", "token_hash")]
