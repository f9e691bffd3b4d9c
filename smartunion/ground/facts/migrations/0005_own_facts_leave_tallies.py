"""Take out of the tallies what counts for a path itself: it is summed from the facts at that path."""

from django.db import migrations

_OWN = "SELECT kind, path, happened_on, {sign}SUM(quantity) FROM facts_fact GROUP BY kind, path, happened_on"
_SAME = "d.kind = facts_dailytally.kind AND d.path = facts_dailytally.path AND d.day = facts_dailytally.day"
_FOLD = (
    "UPDATE facts_dailytally SET quantity = quantity + (SELECT SUM(d.quantity) FROM facts_tallydelta d "
    f"WHERE {_SAME}) WHERE EXISTS (SELECT 1 FROM facts_tallydelta d WHERE {_SAME})"
)
_FOLDED = (
    "DELETE FROM facts_tallydelta WHERE EXISTS (SELECT 1 FROM facts_dailytally t WHERE t.kind = facts_tallydelta.kind "
    "AND t.path = facts_tallydelta.path AND t.day = facts_tallydelta.day)"
)
_EMPTY = "DELETE FROM facts_dailytally WHERE quantity = 0"


def _steps(sign):
    return [f"INSERT INTO facts_tallydelta (kind, path, day, quantity) {_OWN.format(sign=sign)}", _FOLD, _FOLDED, _EMPTY]


class Migration(migrations.Migration):
    dependencies = [("facts", "0004_own_facts_are_summed")]
    operations = [migrations.RunSQL(_steps("-"), _steps(""))]
