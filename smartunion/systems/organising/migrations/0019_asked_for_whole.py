from django.db import migrations

from smartunion.core.physical import no_index_by_beginning


class Migration(migrations.Migration):
    """Asked for whole, or compared byte by byte, where the first index serves beginnings too: the second was never read."""

    dependencies = [("organising", "0018_registered_drivers")]

    operations = [
        no_index_by_beginning("organising", "Area", "path"),
        no_index_by_beginning("organising", "HandOver", "path"),
        no_index_by_beginning("organising", "AreaPlan", "path"),
        no_index_by_beginning("organising", "MatchRun", "path"),
        no_index_by_beginning("organising", "MatchLink", "path"),
        no_index_by_beginning("organising", "JoiningDrive", "code"),
        no_index_by_beginning("organising", "JoiningDrive", "path"),
        no_index_by_beginning("organising", "Target", "path"),
        no_index_by_beginning("organising", "JoinerCheck", "path"),
        no_index_by_beginning("organising", "DriveEvent", "path"),
        no_index_by_beginning("organising", "VerdictBatch", "path"),
        no_index_by_beginning("organising", "FoundingInvitation", "code"),
        no_index_by_beginning("organising", "Visit", "path"),
    ]
