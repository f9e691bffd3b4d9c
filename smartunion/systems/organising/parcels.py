"""Only what changed goes to the phone: long lists travel in parcels, told apart by digests the phone sends back; pure."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

#: Letters of one parcel's digest: 36 bits, one chance in 69 thousand million to miss a change.
LETTERS: Final = 6


@dataclass(frozen=True)
class Kind:
    """A list that travels in parcels. key: the number that tells its rows apart; parcels: into how many it is parted."""

    key: str
    parcels: int


KINDS: Final = {
    "findings": Kind("finding_id", 64),
    "drivers": Kind("driver_id", 32),
    "firms": Kind("id", 32),
    "owed": Kind("union_id", 8),
    "unions": Kind("id", 8),
}


def changed(lists: Mapping[str, Any], have: Mapping[str, str]) -> dict[str, Any]:
    """The lists without the parcels the phone has, and under "parcels" the digests of all.

    have: the digests of each list as sent before, one after the other; anything else brings the whole list.
    """
    found, digests = dict(lists), {}
    for name, kind in KINDS.items():
        parted = _parted(lists[name], kind)
        told = [_digest(rows) for rows in parted]
        known = _each(have.get(name, ""), kind)
        digests[name] = "".join(told)
        found[name] = [
            row for rows, now, then in zip(parted, told, known, strict=True) if now != then for row in rows
        ]
    return found | {"parcels": digests}


def read_have(text: str) -> dict[str, str]:
    """What an address says the phone has: "findings.abc…,owed.def…"."""
    return {name: digests for name, _dot, digests in (part.partition(".") for part in text.split(","))}


def _parted(rows: Sequence[Mapping[str, Any]], kind: Kind) -> list[list[Mapping[str, Any]]]:
    parted: list[list[Mapping[str, Any]]] = [[] for _ in range(kind.parcels)]
    for row in rows:
        parted[row[kind.key] % kind.parcels].append(row)
    return parted


def _digest(rows: Sequence[Mapping[str, Any]]) -> str:
    said = json.dumps(rows, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    whole = base64.urlsafe_b64encode(hashlib.blake2b(said.encode(), digest_size=6).digest())
    return whole.decode()[:LETTERS]


def _each(digests: str, kind: Kind) -> list[str]:
    if len(digests) != LETTERS * kind.parcels:
        return [""] * kind.parcels
    return [digests[start : start + LETTERS] for start in range(0, len(digests), LETTERS)]
