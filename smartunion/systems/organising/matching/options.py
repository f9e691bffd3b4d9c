"""What can be tuned, with the reason for every number. One table of points decides about organisations."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Points:
    """How much each finding speaks for a claim meaning an entity. Links are made above `auto`, by `margin`."""

    # the name claimed against the names the entity bears or bore
    name_exact: float = 9
    name_former: float = 8
    name_normal: float = 8  # the same but for 市/省, legal form written otherwise
    name_part: float = 6  # the same but for a region or legal form left out or added
    name_typo: float = 6  # one character wrong, missing, added or two exchanged
    name_slip: float = 3  # the same, with a character nobody takes for the other
    name_begin: float = 4  # brand and beginning of the trade
    name_short: float = 3  # the brand, or the beginning of brand and trade
    name_alike: float = 1  # most characters agree: worth something only beside other evidence
    name_other: float = -5
    name_elsewhere: float = -2  # alike here, but it is the full name of somebody else
    exact_elsewhere: float = -3  # the same but for little, and somebody else bears it to the letter
    normal_elsewhere: float = -1  # a region or form left out, and somebody else bears it with both
    old_discount: float = 1  # any of the above reached through a former name
    # the code claimed
    code_same: float = 9
    code_near: float = 5  # one character wrong or two exchanged, and it was no valid code
    code_other: float = -3  # it is another entity's
    code_other_outvoted: float = -1  # the same where rows of other departments name the employer
    code_unlisted: float = -1  # no entity bears it
    # round about
    district_same: float = 1
    district_differs: float = -1
    people_many: float = 5  # members of the union are insured there
    people_one: float = 3
    roll_name: float = 2  # the employer's name as most members gave it
    taken: float = -4  # another row of the same joint union's list means this employer beyond doubt

    auto: float = 6
    margin: float = 3
    verify: float = 2  # below this a candidate is not even shown

    def values(self) -> dict[str, str | float]:
        """Every number under its name, for the step files."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True, slots=True)
class PersonPoints:
    """How much each finding speaks for two records, bearing one name, meaning one human being."""

    id_near: float = 7  # an ID number with one slip, or its old 15-digit form
    phone: float = 6
    employer_rare: float = 5  # fewer than one in fifty employers of that size would have a namesake by chance
    employer: float = 4
    employer_common: float = 2
    phone_differs: float = -1
    sex_differs: float = -5
    id_differs: float = -9
    already_there: float = -3  # the place of that person is taken by a record with the right number

    person_auto: float = 4
    person_margin: float = 3

    def values(self) -> dict[str, str | float]:
        """Every number under its name, for the step files."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. memory: what the engine may take before it uses the disk. threads: None means all cores."""

    memory: str = "4GB"
    threads: int | None = None
    points: Points = field(default_factory=Points)
    person_points: PersonPoints = field(default_factory=PersonPoints)
    # Members of a joint union belong to it by their employer, so they can have moved away from it.
    joint_counts: bool = True
    # Kinds of unions that take people wherever in the area or trade they work.
    area_words: str = "区域|行业|产业|系统|联合会|总工会|工委|工作委员会|新就业|街道|乡镇|社区|area|industr|federation|association"
    # How many entities may begin with a short form before it says nothing any more.
    short_bearers: int = 20
    # Rules whose links a person must confirm although their points suffice, and rules that link unasked with fewer
    # points, both as measured on people's verdicts: docs/rules/matching_verdicts.md.
    ask_rules: tuple[str, ...] = ()
    trust_rules: tuple[str, ...] = ()
    # Tax and insurance seldom count alike; worth asking about when both the gap and the factor are large.
    apart_people: int = 50
    apart_times: float = 3

    def values(self) -> dict[str, str | float]:
        """Every value a step file may ask for."""
        return {
            **self.points.values(),
            **self.person_points.values(),
            "joint_counts": int(self.joint_counts),
            "area_words": "'" + self.area_words.replace("'", "''") + "'",
            "short_bearers": self.short_bearers,
            "ask_rules": _listed(self.ask_rules),
            "trust_rules": _listed(self.trust_rules),
            "apart_people": self.apart_people,
            "apart_times": self.apart_times,
        }


def _listed(words: tuple[str, ...]) -> str:
    """Words as one SQL text, so that `LIKE '%,word,%'` finds each; rule names hold no quotes."""
    return "'," + ",".join(words) + ",'"
