from django.db import migrations


def keep_letters(apps, schema_editor):  # type: ignore[no-untyped-def]  # historical models have no types
    """Associations founded before letters were kept have theirs; run again it writes nothing twice."""
    congresses = apps.get_model("organising", "Congress")
    letters = apps.get_model("organising", "ApprovalLetter")
    terms = apps.get_model("registry", "Term")
    founded = congresses.objects.exclude(letter_number="").filter(union__isnull=False)
    for row in founded.select_related("federation", "union").iterator(chunk_size=500):
        term = terms.objects.filter(union_id=row.union_id).order_by("ordinal").first()
        if term is None:
            continue
        letters.objects.get_or_create(
            federation_id=row.federation_id, number=row.letter_number,
            defaults={
                "kind": "founding", "union_id": row.union_id, "term": term, "case_id": row.case_id,
                "issued_on": row.letter_on or row.created_at.date(), "issued_by": row.federation.name,
                "addressed_to": row.union.name,
            },
        )


class Migration(migrations.Migration):

    dependencies = [
        ('organising', '0024_letters_of_approval'),
    ]

    operations = [
        migrations.RunPython(keep_letters, migrations.RunPython.noop),
    ]
