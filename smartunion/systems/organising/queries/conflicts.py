"""What a visit found changed, in a sentence."""

from django.utils.translation import gettext as _

from smartunion.systems.organising.models import Visit


def conflict_sentence(visit: Visit) -> str:
    """Why the visit did not move its finding, or that the firm goes by another record now; "" when there is nothing to say."""
    words = {
        "closed": _("Your visit is kept. The desk had closed this finding meanwhile, so it stays closed."),
        "taken_up": _("Your visit is kept. The town had taken this up meanwhile; it reads your note."),
        "founding": _("Your visit is kept. A union is being founded here already."),
        "newer_visit": _(
            "Your visit is kept. Somebody was there after you and noted it already; that stands."
        ),
    }
    return words.get(visit.conflict, "") or _made_one(visit)


def _made_one(visit: Visit) -> str:
    finding = visit.finding
    if (
        finding is None
        or finding.employer is None
        or finding.subject_key == f"employer:{finding.employer_id}"
    ):
        return ""
    if not finding.subject_key.startswith("employer:") or not finding.subject_key[9:].isdigit():
        return ""
    return _("Your visit is kept. The firm’s record has been made one with that of %(name)s meanwhile.") % {
        "name": finding.employer.name
    }  # fmt: skip
