"""Plans with every term set, for tests: the sources' terms, and amounts that only these tests know."""

from dataclasses import replace
from decimal import Decimal

from smartunion.systems.mutual.presets import TIANJIN, YUECHENG
from smartunion.systems.mutual.rules.terms import Terms


def tianjin(**changes: object) -> Terms:
    """Tianjin 2019; a share 10,000 yuan for a serious illness, 20 yuan a hospital day, half in the reduced days: set for tests."""
    serious, hospital = TIANJIN.benefits
    values: dict[str, object] = {
        "reduced_ratio": Decimal("0.5"), "claim_days": 180,
        "benefits": (replace(serious, amount_yuan=Decimal(10000)), replace(hospital, amount_yuan=Decimal(20), most_days=90)),
    }  # fmt: skip
    return replace(TIANJIN, **{**values, **changes})  # type: ignore[arg-type]  # names are checked by the dataclass


def yuecheng(**changes: object) -> Terms:
    """Yuecheng 2024; 40 % of the own cost above 500 yuan, at most 3,000 a share and year: set for tests."""
    hospital = replace(YUECHENG.benefits[0], ratio=Decimal("0.4"), free_yuan=Decimal(500))
    values: dict[str, object] = {"claim_days": 0, "benefits": (hospital,), "period_cap_yuan": Decimal(3000)}
    return replace(YUECHENG, **{**values, **changes})  # type: ignore[arg-type]  # as above
