"""Reason codes as sentences: why a finding is on a list."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartunion.systems.organising.queries.rules_in_words import (
    department,
    question_in_words,
    rule_in_words,
)
from smartunion.systems.organising.rules import CoverSide

Values = Mapping[str, Any]


def sentences(reasons: list[dict[str, Any]]) -> list[str]:
    """Each reason as one sentence, in order; a code this version does not know is left out."""
    return [text for reason in reasons if (text := sentence(reason))]


def disagreement_answers(reasons: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What somebody may answer where departments disagree: (table, words); empty for other findings."""
    said = next((one for one in reasons if one.get("code") == "disagreement"), None)
    if said is None:
        return []
    right = [
        (one["table"], _("%(department)s is right") % {"department": department(one["table"])})
        for one in said["values"]
    ]
    return [*dict.fromkeys(right), ("none", _("Neither is right"))]


def cover_answers(reasons: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What somebody may answer where two unions cover one employer: (CoverSide, words); empty for other findings."""
    sides = {one["code"]: one for one in reasons if str(one.get("code")).startswith("cover_")}
    if not sides:
        return []
    return [
        (CoverSide.OWN.value, _("%(union)s covers it; the joint union ends today") % sides["cover_own"]),
        (
            CoverSide.JOINT.value,
            _("%(union)s covers it; its own union was linked wrongly") % sides["cover_joint"],
        ),
    ]


def sentence(reason: Values) -> str:
    """One reason as a sentence, "" for an unknown code."""
    words = _WORDS.get(str(reason.get("code")))
    return words(reason) if words else ""


def _founded_years(reason: Values) -> str:
    years = int(reason["years"])
    if years < 1:
        return _("Founded less than a year ago.")
    return ngettext("Founded over a year ago.", "Founded over %(years)s years ago.", years) % {"years": years}


def _insured(reason: Values) -> str:
    text = _("%(people)s people insured now") % {"people": reason["people"]}
    return _("%(text)s (social insurance, %(month)s).") % {"text": text, "month": reason["month"]}


def _evidence(reason: Values) -> str:
    said = reason["evidence"]
    if not said.get("name_given"):
        return ""
    return _("The union registry says “%(given)s”, the register “%(registered)s”.") % {
        "given": said["name_given"], "registered": said.get("name_registered", ""),
    }  # fmt: skip


def _cover(reason: Values) -> str:
    if reason["code"] == "cover_joint":
        return (
            _(
                "Joint union %(union)s: entered by people, covers it since %(since)s; %(people)s of its people are members there."
            )
            % reason
        )
    if reason["source"] == "match":
        return (
            _(
                "Its own union %(union)s: found by the comparison, covers it since %(since)s; %(people)s of its people are members "
                "there."
            )
            % reason
        )
    return (
        _(
            "Its own union %(union)s: entered by people, covers it since %(since)s; %(people)s of its people are members there."
        )
        % reason
    )


def _disagreement(reason: Values) -> str:
    said = "".join(
        _("%(department)s (%(month)s): “%(value)s”.")
        % {"department": department(value["table"]), "month": value["month"] or "–", "value": value["value"]}
        for value in reason["values"]
    )
    return _("%(question)s %(said)s Nobody has guessed which is right.") % {
        "question": question_in_words(str(reason["rule"])), "said": said,
    }  # fmt: skip


_WORDS: dict[str, Callable[[Values], str]] = {
    "founded_years": _founded_years,
    "insured": _insured,
    "taxpayer_staff": lambda r: (
        _("%(people)s employees declared to the tax office; none found in social insurance.") % r
    ),
    "over_100": lambda r: _("Over 100 people: it ought to have its own union."),
    "people": lambda r: _("%(people)s people work there.") % r,
    "listed": lambda r: _("%(who)s put it on the list from the village ledger; it has no union.") % r,
    "no_union": lambda r: _("No union found under its code, its names or a joint union."),
    "nearest": lambda r: _("Nearest name: %(union)s (%(similarity_pct)s%% alike).") % r,
    "rule": lambda r: rule_in_words(str(r["rule"])),
    "evidence": _evidence,
    "confidence": lambda r: _("How sure: %(pct)s%%.") % r,
    "employers_closed": lambda r: (
        _("None of its employers is in business any more: %(names)s.") % {"names": "、".join(r["names"])}
    ),
    "members_left": lambda r: _("%(people)s members still belong to it.") % r,
    "members_elsewhere": lambda r: (
        _("%(people)s members are insured at employers this union does not cover.") % r
    ),
    "drawn": lambda r: _("Drawn at random from the automatic links, to measure how often they are right."),
    "disagreement": _disagreement,
    "cover_joint": _cover,
    "cover_own": _cover,
    "not_joined": lambda r: _("%(people)s insured people are members of no union.") % r,
}
