"""What a claim has in common with others, as shown beside its case."""

from django.urls import reverse

from smartunion.core.actor import Actor
from smartunion.engines.payments.flows.noting import likenesses

_PERMISSIONS = ("aid.view", "payments.prepare", "payments.release")


def alike_facts(record: str, actor: Actor) -> list[tuple[str, str, str]]:
    """(programme, evidence, address) of each claim that has something in common; the address for who may compare them."""
    may_compare = any(actor.can(one) for one in _PERMISSIONS)
    return [
        (
            one.label,
            "，".join(f"{what} {shown}".strip() for what, shown in one.evidence),
            reverse("payments:likeness", args=[one.pk]) if may_compare else "",
        )
        for one in likenesses(record)
    ]  # fmt: skip
