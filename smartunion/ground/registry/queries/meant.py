"""Which firm of ours a row of a department's extract means."""

from collections.abc import Sequence

from smartunion.core.actor import within
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.rules import EmployerState, fold_name


def firms_meant(rows: Sequence[tuple[str, str]], path: str) -> list[int | None]:
    """The firm each row (code, name) means, among those in business of the territory at `path`; None where no single one.

    By its code, else by its name where only one firm has it. Two queries; keep the rows to some thousands.
    """
    codes = {_code(code) for code, _name in rows} - {""}
    names = {fold_name(name) for _code_, name in rows} - {""}
    under = Employer.objects.filter(within([path], "territory_path"), state=EmployerState.ACTIVE)
    by_code = dict(under.filter(uscc__in=codes).order_by("-pk").values_list("uscc", "pk"))
    by_name: dict[str, list[int]] = {}
    for name, pk in under.filter(name_key__in=names).values_list("name_key", "pk"):
        by_name.setdefault(name, []).append(pk)

    def one(code: str, name: str) -> int | None:
        alike = by_name.get(fold_name(name), [])
        return by_code.get(_code(code)) or (alike[0] if len(alike) == 1 else None)

    return [one(code, name) for code, name in rows]


def _code(text: str) -> str:
    return text.strip().upper()
