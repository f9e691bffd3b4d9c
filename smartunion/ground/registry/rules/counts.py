"""What is counted of a union or a subtree; pure."""

from dataclasses import dataclass

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

    @property
    def numbers(self) -> tuple[int, ...]:
        """The five counts in the order of COUNTED; dataclasses.astuple copies each and takes ten times as long."""
        return self.active, self.preparatory, self.retained, self.unions, self.employers

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(self.numbers, other.numbers, strict=True)))

    def __neg__(self) -> "Counts":
        return Counts(*(-a for a in self.numbers))

    @property
    def is_zero(self) -> bool:
        """Nothing in it."""
        return not any(self.numbers)


def of_state(state: str, quantity: int = 1) -> Counts:
    """The change that `quantity` memberships in this state make."""
    return Counts(**{MembershipState(state).value: quantity})
