"""What a staged row of an import says, as a reader may see it."""

import json
from typing import Any

from smartunion.core.crypto.masking import mask_resident_id
from smartunion.ground.registry.models import ImportRow


def shown(row: ImportRow, name: str) -> str:
    """A staged value for the screen, "" without one; ID numbers masked."""
    value = str(_values(row).get(name) or "")
    return mask_resident_id(value) if name == "resident_id" else value


def employer_name(row: ImportRow) -> str:
    """The employer the row names, "" without one."""
    values = _values(row)
    if "_membership" in values:
        return str(values["_membership"]["employer_name"])
    return str(values.get("employer_name") or values.get("employer", {}).get("name", ""))


def _values(row: ImportRow) -> dict[str, Any]:
    if not hasattr(row, "_read"):
        row._read = json.loads(row.values or "{}")  # type: ignore[attr-defined]  # read once for all columns of the row
    read: dict[str, Any] = row._read  # type: ignore[attr-defined]
    return read
