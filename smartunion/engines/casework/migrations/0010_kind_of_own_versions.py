"""Cases of a union's own version are of the kind of the service it stands in for, so that sealed ones are sealed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_the_kind(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give own versions, their drafts and their cases the key of the service they stand in for."""
    services = apps.get_model("casework", "Service").objects
    versions = apps.get_model("casework", "ServiceVersion").objects
    drafts = apps.get_model("casework", "ServiceDraft").objects
    cases = apps.get_model("casework", "CaseFile").objects
    own = services.exclude(based_on=None).select_related("based_on__based_on").order_by("pk")
    for service in list(own):
        root = service.based_on.based_on or service.based_on
        services.filter(pk=service.pk).update(based_on=root)
        for row in [*versions.filter(service=service), *drafts.filter(service=service)]:
            row.definition["key"] = root.key
            row.save(update_fields=["definition"])
        cases.filter(service_key=service.key).update(service_key=root.key)
    for draft in drafts.filter(service=None).exclude(stands_for=None).select_related("stands_for__based_on"):
        root = draft.stands_for.based_on or draft.stands_for
        draft.stands_for, draft.definition["key"] = root, root.key
        draft.save(update_fields=["stands_for", "definition"])


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0009_sealed_services'),
    ]

    operations = [
        migrations.RunPython(name_the_kind, migrations.RunPython.noop),
    ]
