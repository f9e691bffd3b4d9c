"""What is counted of a union or a subtree; pure."""

from dataclasses import astuple, dataclass

from smartunion.ground.registry.rules.words import MembershipState

COUNTED = ("active", "preparatory", "retained", "unions", "employers")


@dataclass(frozen=True)
class Counts:
    """Members by state, active grassroots unions, open coverage links."""

    active: int = 0
    preparatory: int = 0
    retained: int = 0
    unions: int = 0
    employers: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __neg__(self) -> "Counts":
        return Counts(*(-a for a in astuple(self)))

    @property
    def is_zero(self) -> bool:
        """Nothing in it."""
        return not any(astuple(self))


def of_state(state: str, quantity: int = 1) -> Counts:
    """The change that `quantity` memberships in this state make."""
    return Counts(**{MembershipState(state).value: quantity})
