"""The worked table of docs/rules/payments.md."""

from decimal import Decimal
from pathlib import Path

from smartunion.engines.payments.rules.ledger import check_balanced, lines_of
from smartunion.engines.payments.rules.states import Account, EntryKind

TABLE = Path(__file__).parents[4] / "docs/rules/payments.md"


def test_the_worked_table_holds() -> None:
    sums = dict.fromkeys(Account, Decimal(0))
    rows = [line.strip("|").split("|") for line in TABLE.read_text().splitlines() if line.startswith("| ")][
        1:
    ]

    for act, yuan, *after in ([cell.strip() for cell in row] for row in rows):
        lines = lines_of(EntryKind(act), Decimal(yuan))
        check_balanced(lines)
        for account, value in lines.items():
            sums[account] += value
        left = -sums[Account.BALANCE] - sums[Account.PAID]
        assert [*sums.values(), left] == [Decimal(value) for value in after], act
    assert len(rows) == 8
