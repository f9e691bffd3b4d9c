"""Certificates that hold no more say so: those of closed unions, and legal-person certificates followed by a later one."""

from django.db import migrations

AT_ONCE = 1_000


def end_old(apps, schema_editor):
    Certificate = apps.get_model("registry", "Certificate")
    holding = Certificate.objects.filter(state="valid")
    _write(Certificate, _closed(holding), "cancelled")
    _write(Certificate, _followed(holding.filter(kind="legal_person")), "replaced")


def _closed(holding):
    rows = holding.filter(union__state="closed").order_by("pk").values_list("pk", "valid_to", "union__closed_on")
    for pk, valid_to, closed_on in rows.iterator(chunk_size=AT_ONCE):
        yield pk, min(filter(None, [valid_to, closed_on]))


def _followed(holding):
    newest = {}
    rows = holding.order_by("-issued_on", "-pk").values_list("pk", "union_id", "issued_on")
    for pk, union_id, issued_on in rows.iterator(chunk_size=AT_ONCE):
        if union_id in newest:
            yield pk, newest[union_id]
        newest[union_id] = issued_on


def _write(Certificate, found, state):
    waiting = []
    for pk, ended_on in [*found, (None, None)]:
        if pk is not None:
            waiting.append(Certificate(pk=pk, state=state, ended_on=ended_on))
        if waiting and (pk is None or len(waiting) == AT_ONCE):
            Certificate.objects.bulk_update(waiting, ["state", "ended_on"])
            waiting = []


class Migration(migrations.Migration):

    dependencies = [
        ("registry", "0007_legal_person_certificates"),
    ]

    operations = [
        migrations.RunPython(end_old, migrations.RunPython.noop, elidable=True),
    ]
