"""The three steps that need more than SQL: unusual characters, region words, and which slips are likely."""

from __future__ import annotations

from typing import Final

from smartunion.systems.organising.matching import lexicon, macros
from smartunion.systems.organising.matching.context import Context
from smartunion.systems.organising.matching.names_sound import are_contrasts, likeness
from smartunion.systems.organising.matching.places import read_head, region_words_for
from smartunion.systems.organising.matching.sqltext import Macro

_ORGANISATIONS: Final = (
    "SELECT name FROM market_in UNION ALL SELECT former_name FROM market_in WHERE former_name <> '' "
    "UNION ALL SELECT union_name FROM unions_in UNION ALL SELECT unit_name FROM unions_in "
    "UNION ALL SELECT unit_name FROM union_units_in UNION ALL SELECT unit_name FROM account_rows "
    "UNION ALL SELECT taxpayer_name FROM tax_in WHERE employees >= 25"
)
# 厂, 店, 部 … end names of different firms; one is never a slip for another, nor a slip when added.
_UNIT_SIGNS: Final = frozenset(noun for noun in lexicon.UNIT_NOUNS if len(noun) == 1)
_TELLING_SIGNS: Final = frozenset(
    "一二三四五六七八九十0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ新老旧大小东西南北中上下前后甲乙丙丁"
)
LIKELY, UNLIKELY, NEVER = 2, 1, 0


def survey_signs(context: Context) -> int:
    """Defines key!(…), account!(…) and row_account!(…) for this data set; returns how many unusual characters there are."""
    found = context.engine.rows(macros.odd_characters_sql(context.engine, _ORGANISATIONS))
    odd = sorted(str(row[0]) for row in found if row[0])
    context.macros["key"] = macros.fold_macro(context.engine, odd)
    context.macros.update(_account_macros(context))
    return len(odd)


def _account_macros(context: Context) -> dict[str, Macro]:
    """How account numbers of this data set are read, the cheapest way that is right: account!(…) and row_account!(…)."""
    counts = (
        "SELECT SUM(CASE WHEN unit_no <> '' AND NOT REGEXP_MATCHES(unit_no, '^[0-9A-Z]+$') THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN unit_no <> '' THEN 0 ELSE 1 END) FROM account_rows"
    )
    uneven, empty = context.engine.rows(counts)[0]
    if uneven:
        return {"account": macros.account, "row_account": macros.account}
    return {
        "account": macros.plain_account,
        "row_account": macros.plain_account if empty else macros.bare_account,
    }


def survey_regions(context: Context) -> int:
    """Defines head!(…) and region!(…) for this data set; returns how many words count as regions."""
    districts = context.engine.rows(
        "SELECT DISTINCT district FROM entities WHERE district <> '' "
        "UNION SELECT DISTINCT TRIM(district) FROM unions_in WHERE district <> ''"
    )
    words = sorted(word for word in lexicon.region_words() if 2 <= len(word) <= 4)
    context.engine.put("region_list", {"word": "VARCHAR"}, [(word,) for word in words])
    beginnings = {
        str(word): int(count or 0)
        for size in (2, 3, 4)
        for word, count in context.engine.rows(
            "SELECT w.word, COUNT(*) FROM entities AS e "
            f"JOIN region_list AS w ON SUBSTR(e.name_key, 1, {size}) = w.word GROUP BY w.word"
        )
    }
    context.engine.drop("region_list")
    total = int(context.engine.rows("SELECT COUNT(*) FROM entities")[0][0] or 0)
    found = region_words_for((str(row[0]) for row in districts), beginnings, total, _towns(context))
    context.regions = found
    context.macros.update(macros.place_macros(found))
    return found.count


def _towns(context: Context) -> set[str]:
    """Stems before 镇, 街道, 乡 at the front of unions' names, behind a county's name or first of all."""
    found = context.engine.rows(
        "SELECT DISTINCT REGEXP_EXTRACT(union_name, '^(?:.{1,6}[县区市])?([一-鿿]{2,3})(?:镇|街道|乡)', 1) FROM unions_in"
    )
    return {str(row[0]) for row in found if row[0]}


def read_heads(context: Context) -> int:
    """Keeps `heads`: every run of region words met at the front of a name, by province, city, county and town."""
    if context.regions is None:
        raise RuntimeError("The step region_words must run before the step heads.")
    met = context.engine.rows(
        "SELECT DISTINCT head FROM entity_heads UNION SELECT DISTINCT head FROM mention_heads"
    )
    heads = {}
    todo = [str(row[0] or "") for row in met]
    while todo:
        text = todo.pop()
        if text not in heads:
            heads[text] = read_head(text, context.regions)
            todo.append(heads[text].parent)
    columns = dict.fromkeys(("head", "province", "city", "county", "town", "parent"), "VARCHAR")
    return context.engine.put("heads", columns, [tuple(heads[text]) for text in sorted(heads)])


def judge_slips(context: Context) -> int:
    """Keeps `slip_verdicts`: for each pair of characters found exchanged whether a typist may do so."""
    pairs = context.engine.rows("SELECT DISTINCT typed, borne FROM slips WHERE typed IS NOT NULL")
    judged = [
        (str(typed or ""), str(borne or ""), slip_verdict(str(typed or ""), str(borne or "")))
        for typed, borne in pairs
    ]
    columns = {"typed": "VARCHAR", "borne": "VARCHAR", "verdict": "BIGINT"}
    return context.engine.put("slip_verdicts", columns, sorted(judged))


def slip_verdict(typed: str, borne: str) -> int:
    """LIKELY, UNLIKELY or NEVER: whether `typed` stands by mistake for `borne`; an empty one was added or left out."""
    if not typed and not borne:
        return LIKELY  # two neighbours exchanged
    if not typed or not borne:
        return NEVER if (typed or borne) in _UNIT_SIGNS | _TELLING_SIGNS else LIKELY
    if are_contrasts(typed, borne) or (typed in _UNIT_SIGNS and borne in _UNIT_SIGNS):
        return NEVER
    return LIKELY if likeness(typed, borne) > 0 else UNLIKELY
