"""Help in need as a benefit, on the person's own page alone: no uptake, which would tell a chair who is poor."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.benefits import Benefit, Source, Standing
from smartunion.core.templatetags.smartunion import number
from smartunion.systems.aid.models import AidGiven, HardshipFile
from smartunion.systems.aid.rules.given import GivenState
from smartunion.systems.aid.rules.reviews import FileState

_SHOWN = 20


def mine(actor: Actor, at: datetime) -> Sequence[Benefit]:
    """The archive as it stands for her, or the self-test; what she received. Two statements."""
    if actor.person_id is None:
        return []
    file = HardshipFile.objects.of(actor.person_id).running().first()
    given = AidGiven.objects.of(actor.person_id).filter(state__in=[GivenState.HANDED, GivenState.PAID])
    had = [
        Benefit(
            title=str(one.get_kind_display()), standing=Standing.HAD, icon="heart", tint="violet", href=reverse("aid:mine"),
            note=_("%(yuan)s yuan") % {"yuan": number(one.amount_yuan)}, until=one.settled_on or one.decided_on,
        )
        for one in given[:_SHOWN]
    ]  # fmt: skip
    return [_archive(file), *had]


def _archive(file: HardshipFile | None) -> Benefit:
    if file is None:
        return Benefit(
            title=_("Help for households in difficulty"), standing=Standing.NEEDED, icon="heart", tint="violet",
            note=_("The self-test says whether you can apply, and keeps nothing."), href=reverse("aid:self_test"),
        )  # fmt: skip
    is_open = file.state in {FileState.ACTIVE, FileState.WATCH}
    return Benefit(
        title=_("Help for households in difficulty"), standing=Standing.NOW if is_open else Standing.NEEDED, icon="heart",
        tint="violet", note=str(file.get_state_display()), href=reverse("aid:mine"), until=file.review_due_on,
    )  # fmt: skip


SOURCE = Source(key="aid", mine=mine, order=65)
