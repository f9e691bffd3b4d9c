"""The macros of the step files: reading names, codes, ID numbers and telephones in plain SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from smartunion.systems.organising.matching import lexicon
from smartunion.systems.organising.matching.engines.base import Engine
from smartunion.systems.organising.matching.places import RegionWords, head_pattern
from smartunion.systems.organising.matching.sqltext import Macro, literal

_IDEOGRAPHS: Final = frozenset(map(chr, range(0x4E00, 0xA000)))
_WIDE: Final = "".join(map(chr, [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]))
_NARROW: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ"
# I, O, S, Z do not exist in a USCC: who types them means 1, 0, 5, 2. Both sides are read alike, so nothing is lost.
_CONFUSED: Final = ("IOSZ", "1052")
_WINDOWS: Final = "灵活就业|自由职业|个人参保|个人缴费|个人窗口|参保窗口|缴费窗口|失业人员|未就业"
_CONTROLS: Final = r"\p{Cc}"
_BACKSLASH: Final = "\\"
USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_CHECK: Final = "10X98765432"


@cache
def clean_characters() -> frozenset[str]:
    """Characters of a name that folding leaves alone."""
    return frozenset(_IDEOGRAPHS - set(lexicon.variants()[0])) | set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def fold_macro(engine: Engine, odd_characters: Iterable[str]) -> Macro:
    """key!(name): the comparable writing of a name, NULL when nothing is left.

    odd_characters: those of this data set that folding changes. SQL's translate() costs as much as its table is
    long, so the table is made of the characters that really occur, and only names that have one go through it.
    """
    table = {**lexicon.fold_table(), **dict.fromkeys(map(ord, "()"))}
    found = sorted({char for char in odd_characters if ord(char) in table})
    kept = [(char, table[ord(char)]) for char in found if table[ord(char)] not in (None, "(", ")")]
    dropped = [char for char in found if table[ord(char)] in (None, "(", ")")]
    old = literal("".join(char for char, _ in kept) + "".join(dropped))
    new = literal("".join(str(after) for _, after in kept))

    def key(name: str) -> str:
        folded = f"TRANSLATE({name}, {old}, {new})" if found else name
        is_clean = engine.holds_only(name, clean_characters())
        return f"CASE WHEN {is_clean} THEN {name} ELSE NULLIF({folded}, '') END"

    return key


def odd_characters_sql(engine: Engine, source: str) -> str:
    """All different characters, in a query's one column called `name`, that are not clean."""
    others = engine.others_in("name", clean_characters())
    return (
        f"SELECT DISTINCT odd FROM (SELECT UNNEST({others}) AS odd FROM ({source}) AS names "
        f"WHERE NOT {engine.holds_only('name', clean_characters())}) AS characters"
    )


def place_macros(words: RegionWords) -> dict[str, Macro]:
    """head!(key): the region words a folded name opens with. is_place!(text): whether it is nothing but such words."""
    pattern = head_pattern(words)
    opening, whole = literal(f"^{pattern}"), literal(f"^{pattern}$")
    return {
        "head": lambda key: f"REGEXP_EXTRACT({key}, {opening}, 0)",
        "is_place": lambda text: f"({text} <> '' AND REGEXP_MATCHES({text}, {whole}))",
    }


def _narrow(text: str) -> str:
    return f"TRANSLATE({text}, {literal(_WIDE)}, {literal(_NARROW)})"


def code(text: str) -> str:
    """code!(text): an organisation's code in capitals and digits alone, perhaps empty; see real_code!."""
    folded = f"TRANSLATE(UPPER({text}), {literal(_WIDE + _CONFUSED[0])}, {literal(_NARROW + _CONFUSED[1])})"
    bare = f"REGEXP_REPLACE({folded}, '[^0-9A-Z]', '', 'g')"
    return (
        f"CASE WHEN {text} = '' OR REGEXP_MATCHES({text}, '^[{USCC_ALPHABET}]+$') THEN {text} ELSE {bare} END"
    )


def real_code(text: str) -> str:
    """real_code!(code): the code, or NULL when it is too short or one sign repeated (what people type for "none")."""
    return f"CASE WHEN LENGTH({text}) >= 8 AND NOT REGEXP_MATCHES({text}, '^(0+|1+|9+|X+)$') THEN {text} END"


def is_uscc(text: str) -> str:
    """is_uscc!(code): whether 18 characters carry the right check character (GB 32100)."""
    value = [f"(STRPOS('{USCC_ALPHABET}', SUBSTR({text}, {place + 1}, 1)) - 1)" for place in range(18)]
    total = " + ".join(f"{term} * {weight}" for term, weight in zip(value, _USCC_WEIGHTS, strict=False))
    return f"(REGEXP_MATCHES({text}, '^[{USCC_ALPHABET}]{{18}}$') AND ({total} + {value[17]}) % 31 = 0)"


def person(name: str) -> str:
    """person!(name): the comparable writing of a person's name: without blanks, dots and brackets, NULL when empty."""
    signs = " \u3000\u00a0·•．.-()（）*0123456789０１２３４５６７８９"
    folded = f"UPPER(TRANSLATE({name}, {literal(signs)}, ''))"
    return f"CASE WHEN REGEXP_MATCHES({name}, '^[一-鿿]+$') THEN {name} ELSE NULLIF({folded}, '') END"


def resident_id(text: str) -> str:
    """id!(text): an ID number as it is compared: digits, X and * (masked), or an empty text."""
    bare = f"REGEXP_REPLACE(UPPER({text}), '[^0-9X*]', '', 'g')"
    return (
        f"CASE WHEN {text} = '' THEN '' WHEN REGEXP_MATCHES({text}, '^[0-9]{{17}}[0-9Xx]$') THEN UPPER({text}) "
        f"WHEN REGEXP_MATCHES({text}, '[０-９Ｘｘ]') THEN {bare.replace(text, _narrow(text))} ELSE {bare} END"
    )


def _tenths(number: str, places: range, first: int) -> Iterator[str]:
    """Terms that together with the number itself times `first` weigh its digits by first * 1, 2, 4, 8 … from the right.

    Modulo 11. Each digit is q(k) - 10 q(k+1), q(k) being the number without its last k digits, and -10 is 1 modulo 11; so digits
    weighted by powers of 2 are the sum of q(k) times 3 * 2^(k-1), which takes half the divisions. What has the same
    weight is multiplied once.
    """
    weighted: dict[int, list[str]] = {}
    for place in places:
        weighted.setdefault(first * 2 ** (place - 1) * 3 % 11, []).append(f"{number} // {10**place}")
    for weight, terms in weighted.items():
        yield f"({' + '.join(terms)}) * {weight}"


def id_check(number: str) -> str:
    """id_check!(first_17): the check character that belongs to the first 17 digits, given as a whole number.

    The weights are 2, 4, 8 … modulo 11 from the right.
    """
    total = f"{number} * 2 + {' + '.join(_tenths(number, range(1, 17), 2))}"
    return f"SUBSTR('{_ID_CHECK}', CAST(({total}) % 11 AS INTEGER) + 1, 1)"


def right_id(number: str, text: str) -> str:
    """right_id!(first_17, id): whether an ID number carries a possible month and the right check character.

    One ending in 000 does not count: it is most often what a spreadsheet left of another number.
    """
    return (
        f"COALESCE({number} >= 10000000000000000 AND {number} // 100000 % 100 BETWEEN 1 AND 12 "
        f"AND {id_check(number)} = SUBSTR({text}, 18, 1) AND SUBSTR({text}, 16, 3) <> '000', FALSE)"
    )


def right_number(number: str) -> str:
    """right_number!(number_18): the same for an ID number of digits alone, given as a whole number.

    The check digit belongs to the sum, which is then 1 modulo 11.
    """
    total = f"{number} + {' + '.join(_tenths(number, range(1, 18), 1))}"
    return (
        f"COALESCE({number} >= 100000000000000000 AND {number} // 1000000 % 100 BETWEEN 1 AND 12 "
        f"AND {number} % 1000 <> 0 AND ({total}) % 11 = 1, FALSE)"
    )


def one_slip(one: str, other: str) -> str:
    """one_slip!(a, b): whether two short texts differ by about one character, in number and kind."""
    return (
        f"(LENGTH({one}) BETWEEN LENGTH({other}) - 1 AND LENGTH({other}) + 1 "
        f"AND LENGTH(TRANSLATE({one}, {other}, '')) <= 1 AND LENGTH(TRANSLATE({other}, {one}, '')) <= 1)"
    )


def id_18(text: str, first_17: str) -> str:
    """id_18!(id, first_17): an ID number in its present form; one of 15 digits gets its century and check character.

    first_17: what old_id! made of it, as a column of its own, since the check reads it many times.
    """
    return f"CASE WHEN {first_17} IS NULL THEN {text} ELSE CAST({first_17} AS VARCHAR) || {id_check(first_17)} END"


def old_id(text: str) -> str:
    """old_id!(id): the first 17 digits an ID number of 15 digits has since, NULL for any other."""
    grown = f"CAST(SUBSTR({text}, 1, 6) || '19' || SUBSTR({text}, 7, 9) AS BIGINT)"
    return f"CASE WHEN LENGTH({text}) = 15 AND REGEXP_MATCHES({text}, '^[1-9][0-9]{{14}}$') THEN {grown} END"


def phone(text: str, number: str) -> str:
    """phone!(text, number_11): a mobile number as a whole number, NULL when it is none.

    number_11: the text as a number where it has eleven signs, which mostly settles it; see eleven!.
    """
    bare = f"REGEXP_REPLACE(REGEXP_REPLACE({text}, '[.]0+$', ''), '[^0-9]', '', 'g')"
    wide = bare.replace(text, _narrow(text))
    mobile = (
        "TRY_CAST(NULLIF(REGEXP_EXTRACT({0}, '^(?:0|86|086|0086)?(1[3-9][0-9]{{9}})$', 1), '') AS BIGINT)"
    )
    return (
        f"CASE WHEN {number} BETWEEN 13000000000 AND 19999999999 THEN {number} "
        f"WHEN {text} IS NULL OR LENGTH({text}) < 11 THEN NULL "
        f"WHEN REGEXP_MATCHES({text}, '[０-９]') THEN {mobile.format(wide)} ELSE {mobile.format(bare)} END"
    )


def eleven(text: str) -> str:
    """eleven!(text): a text of eleven signs as a whole number, NULL when it is none."""
    return f"CASE WHEN LENGTH({text}) = 11 THEN TRY_CAST({text} AS BIGINT) END"


def account(number: str, name: str, code_text: str) -> str:
    """account!(unit_no, unit_name, unit_code): which rows belong to one insured unit; see plain_account."""
    other = f"COALESCE(NULLIF(UPPER(TRIM({number})), ''), '?' || COALESCE({name}, '') || '|' || COALESCE({code_text}, ''))"
    return f"CASE WHEN REGEXP_MATCHES({number}, '^[0-9A-Z]+$') THEN {number} ELSE {other} END"


def plain_account(number: str, name: str, code_text: str) -> str:
    """The same where every account number that is given is in capitals without blanks, which costs less to read."""
    other = f"'?' || COALESCE({name}, '') || '|' || COALESCE({code_text}, '')"
    return f"CASE WHEN {number} <> '' THEN {number} ELSE {other} END"


def bare_account(number: str, name: str, code_text: str) -> str:
    """row_account!(unit_no, unit_name, unit_code) where every row has such a number: names and codes need not be read again."""
    return number


def running(end_month: str) -> str:
    """running!(end_month): whether an insurance spell goes on; 0 and 209912 are how some systems write "no end"."""
    return f"({end_month} IS NULL OR {end_month} = 0 OR {end_month} >= 209900)"


def is_window(key: str) -> str:
    """is_window!(key): whether the name is that of a counter where people insure themselves, not of an employer."""
    return f"REGEXP_MATCHES({key}, '{_WINDOWS}')"


def same_place(one: str, other: str) -> str:
    """same_place!(a, b): whether two districts, as names or codes, are the same or one lies in the other."""
    digits = f"(REGEXP_MATCHES({one}, '^[0-9]{{6}}') AND SUBSTR({one}, 1, 6) = SUBSTR({other}, 1, 6))"
    return f"({one} = {other} OR CONTAINS({one}, {other}) OR CONTAINS({other}, {one}) OR {digits})"


def same_region(one: str, other: str) -> str:
    """same_region!(m, n): whether the region words of two names (rows with the columns of heads) may both be true."""
    levels = ("province", "city", "county", "town")
    tests = (f"({one}.{x} = {other}.{x} OR {one}.{x} = '' OR {other}.{x} = '')" for x in levels)
    return f"({' AND '.join(tests)})"


def aside(name: str) -> str:
    """aside!(name): what stands in brackets in a name as it was given, or an empty text."""
    return f"CASE WHEN REGEXP_MATCHES({name}, '[(（]') THEN REGEXP_EXTRACT({name}, '[(（]([^()（）]{{2,8}})[)）]', 1) ELSE '' END"


def id_how(text: str, full: str) -> str:
    """id_how!(id_text, full_id): near (equal, masked, one slip, two signs exchanged), differs, or unknown."""
    apart = f"LEVENSHTEIN({text}, {full})"
    same_signs = " AND ".join(
        f"LENGTH(REPLACE({text}, '{sign}', '')) = LENGTH(REPLACE({full}, '{sign}', ''))"
        for sign in "0123456789X"
    )
    return (
        f"CASE WHEN LENGTH({text}) < 15 OR LENGTH({full}) < 15 THEN 'unknown' "
        f"WHEN {text} = {full} THEN 'near' "
        f"WHEN CONTAINS({text}, '*') THEN CASE WHEN {full} LIKE REPLACE({text}, '*', '_') THEN 'near' "
        f"WHEN LENGTH({text}) = 18 THEN 'differs' ELSE 'unknown' END "
        f"WHEN {apart} <= 1 OR (LENGTH({text}) = 18 AND {apart} = 2 AND {same_signs}) "
        f"OR (SUBSTR({text}, 1, 15) = SUBSTR({full}, 1, 15) AND SUBSTR({text}, 16) = '000') THEN 'near' "
        f"WHEN {apart} >= 3 THEN 'differs' ELSE 'unknown' END"
    )


def phone_how(mine: str, other: str, mine_shared: str, other_shared: str) -> str:
    """phone_how!(phone, phone, shared, shared): 1 the same, -1 another one, 0 nothing to tell from."""
    silent = f"{mine} IS NULL OR {other} IS NULL OR {mine_shared} IS NOT NULL OR {other_shared} IS NOT NULL"
    return f"(CASE WHEN {mine} = {other} THEN 1 WHEN {silent} THEN 0 ELSE -1 END)"


def id_blocks(relation: str, key: str) -> str:
    """id_blocks!(relation, key): ID texts with their first eight and the last eight of their 17 digits, and what may_slip! asks.

    One slip leaves one of the two whole, wherever it happened.
    """
    return (
        f"(SELECT {key}, name_no, id_text, TRY_CAST(SUBSTR(id_text, 1, 8) AS BIGINT) AS head, "
        "TRY_CAST(SUBSTR(id_text, LENGTH(id_text) - 8, 8) AS BIGINT) AS tail, "
        "TRY_CAST(SUBSTR(id_text, 9, 3) AS BIGINT) AS next_three, "
        "TRY_CAST(SUBSTR(id_text, LENGTH(id_text) - 5, 5) AS BIGINT) AS last_five "
        f"FROM {relation} WHERE LENGTH(id_text) BETWEEN 15 AND 19)"
    )


def may_slip(blocks: str, number: str) -> str:
    """may_slip!(blocks, first_17): whether texts that begin with the same eight digits may be one slip apart.

    Wherever it happened, also between two neighbours, the three digits that follow or the last five are whole; masked
    ones may be any. It leaves few to compare sign by sign.
    """
    return (
        f"({blocks}.next_three IS NULL OR {blocks}.last_five IS NULL "
        f"OR {blocks}.next_three = {number} // 1000000 % 1000 OR {blocks}.last_five = {number} % 100000)"
    )


def best(text: str, points: str) -> str:
    """best!(text, points): the text with most points; of several, always the same one, whatever the order of rows."""
    rank = f"LPAD(CAST(CAST(ROUND(({points} + 1000) * 1000) AS BIGINT) AS VARCHAR), 10, '0')"
    return f"SUBSTR(MAX({rank} || {text}), 11)"


def json_text(text: str) -> str:
    """json_text!(text): text as a JSON string; signs that would need escaping are left out."""
    bare = f"REGEXP_REPLACE({text}, '{_CONTROLS}', '', 'g')"
    plain = f"REPLACE(REPLACE({bare}, '{_BACKSLASH}', '/'), '\"', '”')"
    odd = f"REGEXP_MATCHES({text}, '[{_CONTROLS}\"{_BACKSLASH * 2}]')"
    return f"'\"' || CASE WHEN {odd} THEN {plain} ELSE COALESCE({text}, '') END || '\"'"


def form_macros() -> dict[str, Macro]:
    """Macros that read the end of a folded name.

    form!(rest): the legal form it ends with. form_kind!(form): its kind. no_inner_form!(rest): a branch's name without
    the legal form of its head office. is_generic!(rest): nothing but words for a trade. union_off!(key): without a
    union's suffix.
    """
    forms = "|".join(
        sorted({_plain(form.text) for form in lexicon.LEGAL_FORMS}, key=lambda text: (-len(text), text))
    )
    unions = literal(f"({'|'.join(lexicon.UNION_SUFFIXES)})$")
    trades = "|".join(
        map(
            re.escape,
            sorted({*lexicon.trade_words(), *lexicon.UNIT_NOUNS}, key=lambda text: (-len(text), text)),
        )
    )
    generic = literal(f"^(?:{trades})*(?:{forms})?$")
    branch = literal(f"(?:{'|'.join(_COMPANIES)})(.{{2,}})$")
    return {
        "form": lambda rest: f"REGEXP_EXTRACT({rest}, '({forms})$', 0)",
        "form_kind": lambda form: (
            f"CASE WHEN {form} LIKE '%股份%' THEN 'S' WHEN {form} LIKE '%合作%' THEN 'C' WHEN {form} LIKE '%合伙%' "
            f"THEN 'P' WHEN {form} LIKE '%集团%' THEN 'G' WHEN {form} LIKE '%有限%' THEN 'L' ELSE '' END"
        ),
        "no_inner_form": lambda rest: (
            f"CASE WHEN REGEXP_MATCHES({rest}, {branch}) THEN SUBSTR({rest}, 1, LENGTH({rest}) - "
            f"LENGTH(REGEXP_EXTRACT({rest}, {branch}, 0))) || REGEXP_EXTRACT({rest}, {branch}, 1) ELSE {rest} END"
        ),
        "is_generic": lambda rest: f"REGEXP_MATCHES({rest}, {generic})",
        "union_off": lambda key: f"NULLIF(REGEXP_REPLACE({key}, {unions}, ''), '')",
    }


_COMPANIES: Final = ("有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "集团公司", "总公司")


def _plain(form: str) -> str:
    return form.replace("(", "").replace(")", "")


FIXED: Final[dict[str, Macro]] = {
    "code": code,
    "real_code": real_code,
    "is_uscc": is_uscc,
    "person": person,
    "id": resident_id,
    "id_check": id_check,
    "right_id": right_id,
    "right_number": right_number,
    "one_slip": one_slip,
    "id_18": id_18,
    "old_id": old_id,
    "phone": phone,
    "eleven": eleven,
    "account": account,
    "row_account": account,
    "best": best,
    "json_text": json_text,
    "running": running,
    "same_place": same_place,
    "is_window": is_window,
    "same_region": same_region,
    "aside": aside,
    "id_how": id_how,
    "id_blocks": id_blocks,
    "may_slip": may_slip,
    "phone_how": phone_how,
    **form_macros(),
}
