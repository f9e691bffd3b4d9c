"""Deciding together and apart: voices given in a step, and who may not act because of what she did before."""

from django.utils.translation import gettext as _

from smartunion.core.errors import DutiesApart
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.lifecycle import Side, Spoken
from smartunion.engines.casework.rules import DECIDING, Act

#: Acts that begin a step afresh, so that earlier voices no longer count.
_AFRESH = (Act.SUBMIT, Act.APPROVE, Act.RETURN, Act.RESUBMIT, Act.REOPEN, Act.APPEAL)
#: What a person who is barred may still do.
_HARMLESS = frozenset({Act.NOTE, Act.ASSIGN, Act.FORWARD})


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
    appeal = loaded.case.events.filter(act=Act.APPEAL).order_by("id").first()
    if appeal is not None and decided.filter(pk__lt=appeal.pk).exists():
        return _("You took part in the decision that is appealed against; others have to look at it now.")
    return ""


def has_spoken(loaded: Loaded) -> str:
    """That this person has given her voice in the present step already; empty when she has not."""
    step, user_id = loaded.step, loaded.actor.user_id
    if step is None or not step.voices or user_id is None:
        return ""
    mine = next((one for one in spoken(loaded) if one.user_id == user_id), None)
    if mine is None:
        return ""
    titles = {voice.key: str(voice.title) for voice in step.voices}
    return _("You have spoken for %(voice)s; another person gives the next voice.") % {
        "voice": titles.get(mine.voice, "")
    }


def check_apart(loaded: Loaded, act: Act) -> None:
    """Raise DutiesApart when this person may not do the act because of an earlier one of hers."""
    if act in _HARMLESS:
        return
    words = barred(loaded)
    if words:
        raise DutiesApart(
            words, remedy=_("Give the case to a colleague, or ask the union above to stand in.")
        )
