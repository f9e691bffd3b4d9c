"""What a visit found changed, in a sentence."""

from django.utils.translation import gettext as _

from smartunion.systems.organising.models import Visit


def conflict_sentence(visit: Visit) -> str:
    """Why the visit did not move its finding; "" when it did."""
    words = {
        "closed": _("Your visit is kept. The desk had closed this finding meanwhile, so it stays closed."),
        "taken_up": _("Your visit is kept. The town had taken this up meanwhile; it reads your note."),
        "founding": _("Your visit is kept. A union is being founded here already."),
        "newer_visit": _(
            "Your visit is kept. Somebody was there after you and noted it already; that stands."
        ),
    }
    return words.get(visit.conflict, "")
