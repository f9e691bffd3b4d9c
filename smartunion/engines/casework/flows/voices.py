"""Deciding together and apart: voices given in a step, and who may not act because of what she did before."""

from django.utils.translation import gettext as _

from smartunion.core.errors import NotAllowed
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.lifecycle import Side, Spoken
from smartunion.engines.casework.rules import DECIDING, Act

#: Acts that begin a step afresh, so that earlier voices no longer count.
_AFRESH = (Act.SUBMIT, Act.APPROVE, Act.RETURN, Act.RESUBMIT, Act.REOPEN, Act.APPEAL)
#: What a person who is barred may still do.
_HARMLESS = frozenset({Act.NOTE, Act.ASSIGN, Act.FORWARD})


class DutiesApart(NotAllowed):
    """The same person may not do both: approve and pay, decide and decide the appeal."""

    code = "duties_apart"


def spoken(loaded: Loaded) -> list[Spoken]:
    """Voices given since the present step began, in order."""
    events = loaded.case.events.order_by("id")
    began = events.filter(act__in=_AFRESH).values_list("pk", flat=True).last() or 0
    rows = events.filter(pk__gt=began, act__in=(Act.AGREE, Act.DISAGREE), step=loaded.case.step)
    return [Spoken(str(row.data.get("voice", "")), row.user_id, row.act == Act.AGREE) for row in rows]


def barred(loaded: Loaded) -> str:
    """Why this person may not decide here though her role would allow it; empty when she may."""
    step, user_id = loaded.step, loaded.actor.user_id
    if user_id is None or Side.DESK not in loaded.sides:
        return ""
    decided = loaded.case.events.filter(user_id=user_id, act__in=DECIDING)
    if step is not None and step.apart_from and decided.filter(step__in=step.apart_from).exists():
        return _("You decided an earlier step of this case; this one must be done by somebody else.")
    appealed_at = loaded.case.appealed_at
    if appealed_at is not None and decided.filter(at__lt=appealed_at).exists():
        return _("You took part in the decision that is appealed against; others have to look at it now.")
    return ""


def check_apart(loaded: Loaded, act: Act) -> None:
    """Raise DutiesApart when this person may not do the act because of an earlier one of hers."""
    if act in _HARMLESS:
        return
    words = barred(loaded)
    if words:
        raise DutiesApart(
            words, remedy=_("Give the case to a colleague, or ask the union above to stand in.")
        )
