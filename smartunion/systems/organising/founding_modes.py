"""Which of the four ways of founding fits a firm, and why; pure (S010). Worked table: docs/rules/founding_modes.md."""

from dataclasses import dataclass, field
from typing import Any

from smartunion.ground.registry.rules import FoundingMode

#: Words in a name that tell an industry of those usually led by a department. Source: trade words of the register.
TRADE_WORDS: dict[str, tuple[str, ...]] = {
    "E": ("建筑", "建设", "装饰", "装修", "园林", "市政"),
    "G": ("物流", "运输", "货运", "快递", "配送", "仓储", "客运", "出租", "网约"),
    "H": ("餐饮", "酒店", "饭店", "宾馆", "餐厅", "酒楼", "民宿"),
    "O": ("家政", "美容", "美发", "汽修", "维修", "洗涤", "保洁"),
}
#: Words in a name of a firm whose people work in new forms of employment.
NEW_FORM_WORDS = ("快递", "外卖", "网约", "货运", "物流", "配送", "家政")
FOREIGN = frozenset({"foreign", "hmt"})


@dataclass(frozen=True)
class Thresholds:
    """Policies in force: people, neighbours, firms of the industry, letters of industries."""

    leading_people: int
    alone_people: int
    neighbours: int
    industry_firms: int
    industries: frozenset[str]


@dataclass(frozen=True)
class Firm:
    """What is known of a firm. people: None unknown; neighbours: other employers of its village without a union;
    same_industry: other firms of its industry on the county's lists."""

    name: str
    people: int | None
    nature: str = ""
    industry: str = ""
    neighbours: int = 0
    same_industry: int = 0


@dataclass(frozen=True)
class ModeProposal:
    """The mode and its reasons: codes with the numbers behind them, in the order shown."""

    mode: FoundingMode
    reasons: list[dict[str, Any]] = field(default_factory=list)


def industry_of(name: str, recorded: str) -> str:
    """The industry's letter: as recorded, else by a trade word in the name, else ""."""
    if recorded:
        return recorded
    return next((letter for letter, words in TRADE_WORDS.items() if any(word in name for word in words)), "")


def is_new_form(name: str) -> bool:
    """Whether the firm's people work in new forms of employment, by its name."""
    return any(word in name for word in NEW_FORM_WORDS)


def propose_mode(firm: Firm, limits: Thresholds) -> ModeProposal:
    """The first way that fits: leading firms and foreign ones alone, an industry's cluster by its department, firms of
    their own committee alone, small ones that stand together jointly, the rest by the local federation."""
    if firm.nature in FOREIGN:
        return ModeProposal(FoundingMode.INDEPENDENT, [{"code": "foreign"}, *_people(firm)])
    if firm.people is not None and firm.people >= limits.leading_people:
        return ModeProposal(
            FoundingMode.INDEPENDENT,
            [{"code": "leading", "people": firm.people, "from": limits.leading_people}],
        )
    industry = industry_of(firm.name, firm.industry)
    is_own = firm.people is not None and firm.people >= limits.alone_people
    if industry in limits.industries and firm.same_industry >= limits.industry_firms:
        said: dict[str, Any] = {"code": "industry", "industry": industry, "firms": firm.same_industry}
        within = [{"code": "own_within", "from": limits.alone_people}] if is_own else []
        return ModeProposal(FoundingMode.INDUSTRY, [said, *_people(firm), *within])
    if is_own:
        return ModeProposal(
            FoundingMode.INDEPENDENT, [{"code": "own", "people": firm.people, "from": limits.alone_people}]
        )
    few = (
        [{"code": "few", "people": firm.people, "below": limits.alone_people}]
        if firm.people is not None
        else _people(firm)
    )
    if firm.neighbours >= limits.neighbours:
        return ModeProposal(FoundingMode.JOINT, [*few, {"code": "neighbours", "firms": firm.neighbours}])
    return ModeProposal(FoundingMode.REGIONAL, [*few, {"code": "alone", "firms": firm.neighbours}])


def mode_of_founding(kind: str, proposed: str) -> FoundingMode:
    """The way of a founding applied for. kind: own or joint, as the application says; proposed: the finding's mode or "".

    An own union comes about alone or within its industry; one of several employers jointly, within an industry or by
    the local federation. A proposal that contradicts the application yields to it.
    """
    if kind == "joint":
        return FoundingMode(proposed) if proposed in _TOGETHER else FoundingMode.JOINT
    return FoundingMode.INDUSTRY if proposed == FoundingMode.INDUSTRY else FoundingMode.INDEPENDENT


_TOGETHER = frozenset({FoundingMode.JOINT, FoundingMode.INDUSTRY, FoundingMode.REGIONAL})


def _people(firm: Firm) -> list[dict[str, Any]]:
    return (
        [{"code": "people", "people": firm.people}]
        if firm.people is not None
        else [{"code": "people_unknown"}]
    )
