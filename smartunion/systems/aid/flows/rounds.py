"""Rounds of degree subsidies: opened, claims found eligible, decided once with a public seed."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.models import CaseFile
from smartunion.engines.payments import service as payments
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.models import Person, TradeUnion
from smartunion.systems.aid.flows import paying
from smartunion.systems.aid.models import DegreeClaim, SubsidyRound
from smartunion.systems.aid.rules.given import DrawState, RoundState
from smartunion.systems.aid.rules.hardship import Line
from smartunion.systems.aid.rules.support import AidKind, Claimed, draw

TEMPLATES = (
    notices.Template(
        "aid.drawn",
        gettext_lazy("%(title)s: %(state)s"),
        gettext_lazy(
            "%(claims)s eligible, %(places)s places, drawn with the public number %(seed)s. %(text)s"
        ),
        channels=(),
    ),
)


class HadAlready(InvalidInput):
    """A degree subsidy is given once in a life, and once for a diploma."""

    code = "had_already"


@dataclass(frozen=True)
class NewRound:
    """A round as entered."""

    title: str
    places: int
    amount_yuan: Decimal
    opens_on: date
    closes_on: date
    diploma_from: date
    diploma_to: date
    fund: str = ""


@dataclass(frozen=True)
class Diploma:
    """What an eligible claim shows."""

    number: str
    on: date


@transaction.atomic
def open_round(*, actor: Actor, union_id: int, data: NewRound, at: datetime) -> SubsidyRound:
    """Open a round for a union and those below.

    Raises NotAllowed; InvalidInput naming title, places, amount_yuan, closes_on or diploma_to.
    """
    union = TradeUnion.objects.filter(pk=union_id).first()
    actor.check_can("aid.handle", path=union.path if union else "")
    assert union is not None  # nobody but the installation itself may do it everywhere
    _check_round(data)
    made = SubsidyRound.objects.create(
        union=union, path=union.path, created_at=at, **(asdict(data) | {"title": squeeze(data.title)[:60]})
    )
    audit.record(actor, "aid.round_opened", made, at=at)
    return made


@transaction.atomic
def find_eligible(
    *,
    actor: Actor,
    round_id: int,
    case: CaseFile,
    person: Person,
    diploma: Diploma,
    payee: payments.Payee,
    at: datetime,
) -> DegreeClaim:
    """The office has compared the diploma: the person stands in the draw. Raises HadAlready, StaleState, InvalidInput."""
    held = SubsidyRound.objects.get(pk=round_id)
    if held.state != RoundState.OPEN:
        raise StaleState(_("This round has been decided already."))
    if not held.diploma_from <= diploma.on <= held.diploma_to:
        raise InvalidInput(_("The diploma was not given in the days this round is for."))
    try:
        with transaction.atomic():
            made = DegreeClaim.objects.create(
                round=held,
                person=person,
                case=case,
                diploma=diploma.number,
                payee=json.dumps(asdict(payee)),
                created_at=at,
            )
    except IntegrityError:
        raise HadAlready(
            _(
                "A degree subsidy is given once to a person and once for a diploma; this one stands in a round already."
            )
        ) from None
    audit.record(actor, "aid.degree_eligible", made, at=at)
    return made


@transaction.atomic
def decide(*, actor: Actor, round_id: int, seed: str, at: datetime) -> SubsidyRound:
    """Decide a closed round: all eligible when there are places, else drawn with a number made public beforehand.

    seed: published with the result, so that anybody can draw again (rules.support.draw over the claims' numbers). Winners
    are owed at once. Raises NotVisible, NotAllowed, StaleState; InvalidInput naming seed (too short, or the round is open).
    """
    held = get_visible(SubsidyRound.objects.visible_to(actor).select_related("union"), round_id)
    actor.check_can("aid.handle", path=held.path)
    if local_date(at) <= held.closes_on:
        raise InvalidInput(
            _("Claims are taken until %(day)s; decide afterwards.") % {"day": held.closes_on}, field="seed"
        )
    said = squeeze(seed)[:64]
    if len(said) < 4:
        raise InvalidInput(
            _("Enter the public number of the draw, at least four characters, such as the digits of a lottery of that day."),
            field="seed",
        )  # fmt: skip
    same = SubsidyRound.objects.filter(pk=held.pk, state=RoundState.OPEN)
    if same.update(state=RoundState.DRAWN, seed=said, drawn_at=at) != 1:
        raise StaleState(_("This round has been decided already."))
    held.state, held.seed, held.drawn_at = RoundState.DRAWN, said, at
    claims = {one.pk: one for one in held.claims.select_related("person", "case").order_by("pk")}
    won = set(draw(list(claims), places=held.places, seed=said))
    for one in claims.values():
        _settle(held, one, one.pk in won, len(claims), actor, at)
    audit.record(actor, "aid.round_decided", held, at=at, data={"claims": len(claims), "won": len(won)})
    return held


def _settle(
    held: SubsidyRound, claim: DegreeClaim, is_won: bool, claims: int, actor: Actor, at: datetime
) -> None:
    state = DrawState.WON if is_won else DrawState.LOST
    DegreeClaim.objects.filter(pk=claim.pk).update(state=state)
    if is_won:
        line = Line(_("Place drawn"), f"{held.places} / {claims} · {held.seed}", True)
        paying.grant(
            actor=actor, at=at,
            data=paying.Grant(
                person_id=claim.person_id, union=held.union, kind=AidKind.DEGREE, claimed=Claimed(held.amount_yuan, (line,)),
                payee=payments.Payee(**json.loads(claim.payee)), fund=held.fund, case=claim.case, what=held.title,
            ),
        )  # fmt: skip
    text = _("The money goes to your account.") if is_won else _("You can claim again in the next round.")
    context = {
        "title": held.title,
        "state": state.label,
        "claims": claims,
        "places": held.places,
        "seed": held.seed,
        "text": text,
    }
    notices.tell(
        template="aid.drawn",
        context=context,
        key=f"aid.drawn:{claim.pk}",
        at=at,
        link="/me/aid/",
        person_id=claim.person_id,
    )


def _check_round(data: NewRound) -> None:
    wrong = (
        (not squeeze(data.title), "title", _("Give the round a title.")),
        (data.places < 1, "places", _("At least one place.")),
        (data.amount_yuan <= 0, "amount_yuan", _("Say how much is given to each.")),
        (data.closes_on < data.opens_on, "closes_on", _("The last day lies before the first.")),
        (data.diploma_to < data.diploma_from, "diploma_to", _("The last day lies before the first.")),
    )
    for is_wrong, field, words in wrong:
        if is_wrong:
            raise InvalidInput(words, field=field)
