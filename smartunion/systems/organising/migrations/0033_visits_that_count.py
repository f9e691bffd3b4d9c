from django.db import migrations
from django.db.models import Max

from smartunion.core.physical import no_index_by_beginning

STEP = 20_000


def count_those_with_somebody_there(apps, schema_editor):
    """Where nothing was asked, a visit counts as done when somebody was there; safe to run twice."""
    visits = apps.get_model("organising", "Visit").objects.using(schema_editor.connection.alias)
    last = visits.aggregate(last=Max("pk"))["last"] or 0
    for start in range(0, last + 1, STEP):
        some = visits.filter(pk__gte=start, pk__lt=start + STEP, is_done=False)
        some.exclude(result="nobody").update(is_done=True)


class Migration(migrations.Migration):
    """Visits noted before are counted; paths are compared byte by byte, where the first index serves beginnings too."""

    dependencies = [("organising", "0032_questions_at_visits")]

    operations = [
        no_index_by_beginning("organising", "VisitQuestion", "path"),
        migrations.RunPython(count_those_with_somebody_there, migrations.RunPython.noop),
    ]
