"""Certificates of merged unions say again until when they were to hold.

Until now a merger wrote its own day over that; the journal of the merger still has the day as printed. What was written over
it is noted in the merger's plan. Of plain closings nothing was kept: there the day stays, and pages say that it is not known.
"""

from django.db import migrations

AT_ONCE = 500


def mend(apps, schema_editor):
    Certificate = apps.get_model("registry", "Certificate")
    Row = apps.get_model("registry", "RestructuringRow")
    kept = Row.objects.filter(model="registry.certificate").order_by("pk").select_related("restructuring")
    for row in kept.iterator(chunk_size=AT_ONCE):
        printed, written = row.before.get("valid_to"), row.after.get("valid_to")
        if printed == written:
            continue
        found = Certificate.objects.filter(pk=row.row_id, state="cancelled", valid_to=written, ended_on=written)
        if not found.update(valid_to=printed):
            continue
        row.after["valid_to"] = printed  # else taking the merger back would find the certificate changed since
        row.save(update_fields=["after"])
        plan = type(row.restructuring).objects.get(pk=row.restructuring_id).plan
        plan["certificates_mended"] = [*plan.get("certificates_mended", []), [row.row_id, written]]
        type(row.restructuring).objects.filter(pk=row.restructuring_id).update(plan=plan)


class Migration(migrations.Migration):

    dependencies = [
        ("registry", "0033_rows_belong_to_parts"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),  # the wrong day is nothing to go back to
    ]
