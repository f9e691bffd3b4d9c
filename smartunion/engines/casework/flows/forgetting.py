"""What casework gives up when a person's data are erased, and what it keeps until a claim could no longer be raised."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.files import intake
from smartunion.engines.casework.casedata import CaseData
from smartunion.engines.casework.models import CaseFile, CaseMaterial
from smartunion.engines.casework.rules import FINAL, CaseState
from smartunion.ground.policies import service as policies

BATCH = 200


def forget(person_id: int) -> None:
    """Drafts and the folder of papers at once; closed cases wait for `forget_closed`. Inside the erasure's transaction."""
    drafts = list(
        CaseFile.objects.filter(person=person_id, state=CaseState.DRAFT).values_list("pk", flat=True)
    )
    drop_papers(CaseMaterial.objects.filter(case__in=drafts))
    CaseFile.objects.filter(pk__in=drafts).delete()
    drop_folder(person_id)


def drop_folder(person_id: int) -> int:
    """Papers of closed cases that stand in the person's folder; their files are deleted. Returns how many."""
    rows = CaseMaterial.objects.filter(case__person=person_id, case__state__in=FINAL).exclude(folder="")
    return drop_papers(rows)


@transaction.atomic
def forget_closed(*, actor: Actor, at: datetime) -> int:
    """Empty the closed cases of erased people once the years of the policy are over. Safe to run again.

    What stays is that there was a case of this service, when, and how it ended. Returns how many were emptied.
    Source: Personal Information Protection Law art. 19, 47; Civil Code art. 188 (three years to raise a claim).
    """
    years = int(policies.value("casework.keep_years", path="", on=local_date(at)))
    before = at.replace(year=at.year - years, day=min(at.day, 28))
    ids = list(
        CaseFile.objects.filter(person__erased_at__isnull=False, state__in=FINAL, closed_at__lt=before)
        .order_by("pk").values_list("pk", flat=True)[:BATCH]
    )  # fmt: skip
    if not ids:
        return 0
    cases = CaseFile.objects.filter(pk__in=ids)
    drop_papers(CaseMaterial.objects.filter(case__in=ids))
    for case in cases.select_related("service_version__service"):
        case.events.exclude(note="").update(note="", actor_name="")
        CaseFile.objects.filter(pk=case.pk).update(
            data=CaseData().dump(), digest={}, title=case.service_version.service.title, decision_reason="",
            person=None, user_id=None, employer=None,
        )  # fmt: skip
    audit.record(actor, "casework.cases_emptied", at=at, data={"count": len(ids), "years": years})
    return len(ids)


def drop_papers(rows: "QuerySet[CaseMaterial]") -> int:
    """Rows and their files, where no other case still uses the file."""
    found = list(rows.select_related("file"))
    CaseMaterial.objects.filter(pk__in=[row.pk for row in found]).delete()
    files = {row.file_id: row.file for row in found}
    used = set(CaseMaterial.objects.filter(file__in=files).values_list("file_id", flat=True))
    intake.drop([stored for key, stored in files.items() if key not in used])
    return len(found)


def running_titles(person_id: int, *, except_case: int) -> list[str]:
    """References of her cases that still run: an erasure has to wait for them."""
    running = CaseFile.objects.filter(person=person_id).exclude(state__in=[*FINAL, CaseState.DRAFT])
    return [
        _("%(title)s (%(reference)s)") % {"title": case.title, "reference": case.reference}
        for case in running.exclude(pk=except_case).order_by("pk")[:10]
    ]
