from django.db import migrations

from smartunion.core.physical import index_few


class Migration(migrations.Migration):

    dependencies = [
        ('organising', '0012_one_index_a_column'),
        ('facts', '0006_count_paths_finely'),
    ]

    operations = [
        # Which unions were visited in a quarter, read from the index alone.
        index_few(
            'facts', 'Fact', 'fact_visits', 'happened_on, subject_id, subject_type, reverses_id, id',
            "kind = 'organising.union_visited'",
        ),
    ]
