"""Numbers of a list that open what they count."""

#: Draws such a number.
NUMBER = "organising/ledger/_number.html"


class Counted(int):
    """A number that knows its address; spreadsheets see the number."""

    href: str

    def __new__(cls, number: int, href: str) -> "Counted":
        """The number, and where its records are."""
        made = super().__new__(cls, number)
        made.href = href
        return made
