"""Who may have a service: what the register knows, put to the service's rules, with why not and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from smartunion.core.actor import Actor
from smartunion.engines.casework.definition import AllOf, AnyOf, Condition, Definition, Rule, Test
from smartunion.engines.casework.definition.checking_rules import KNOWN_FACTS
from smartunion.engines.casework.definition.conditions import holds
from smartunion.ground.registry.known_of_employers import PAYS_DUES, known
from smartunion.ground.registry.models import Membership, Person
from smartunion.ground.registry.rules import MembershipState


@dataclass(frozen=True)
class Weighed:
    """One rule and whether it is met: True, False, or None while something is unknown."""

    rule: Rule
    is_met: bool | None


def weigh(definition: Definition, known: Mapping[str, object]) -> list[Weighed]:
    """Each rule against what is known, in order. Pure. known: facts and answers of the self-test, unknown ones absent."""
    return [Weighed(rule, verdict(rule.condition, known)) for rule in definition.eligibility]


def verdict(condition: Condition, known: Mapping[str, object]) -> bool | None:
    """Whether a condition holds when some answers are unknown: None only when they could still change it. Pure."""
    if isinstance(condition, Test):
        return holds(condition, known) if known.get(condition.field) is not None else None
    parts = [verdict(part, known) for part in condition.parts]
    if isinstance(condition, AnyOf):
        return True if True in parts else None if None in parts else False
    assert isinstance(condition, AllOf)
    return False if False in parts else None if None in parts else True


def facts_of(person_id: int | None, on: date) -> dict[str, object]:
    """What the register knows of a person, by the names rules use; unknown ones left out. Three queries."""
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    if person is None:
        return {}
    facts: dict[str, object] = {
        "person.sex": person.sex or None, "person.is_new_form": person.is_new_form, "member.is_migrant": person.is_migrant,
        "person.age": _years(person.birth_date, on) if person.birth_date else None,
    }  # fmt: skip
    spell = Membership.objects.filter(person=person, ended_on=None).first()
    is_member = spell is not None and spell.state in {MembershipState.ACTIVE, MembershipState.RETAINED}
    facts |= {"member.is_member": is_member, "member.state": spell.state if spell else "none"}
    facts["member.months"] = _months(spell.started_on, on) if spell is not None and is_member else 0
    if spell is not None and spell.employer_id is not None:
        facts["employer.pays_dues"] = known(PAYS_DUES, [spell.employer_id]).get(spell.employer_id)
    return {key: value for key, value in facts.items() if value is not None and key in KNOWN_FACTS}


def facts_for(actor: Actor, on: date) -> dict[str, object]:
    """The same for whoever asks."""
    return facts_of(actor.person_id, on)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _months(since: date, on: date) -> int:
    return max(0, (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day))
