"""Telling what a column holds by looking at its cells: true or false for one text; shares are taken over a sample."""

import re
from datetime import date
from typing import Final

from smartunion.core.codes import phone as phones
from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.codes import uscc as usccs
from smartunion.core.codes.folding import fold_code, fold_width, without_blanks

_ID: Final = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$")
_OLD_ID: Final = re.compile(r"[1-6]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}$")
_DAMAGED_ID: Final = re.compile(r"[1-8](?:\.\d+)?E\+?1[47]$")
_USCC: Final = re.compile(r"[1-9ANY][0-9A-Z]\d{6}[0-9A-Z]{10}$")
_DAMAGED_MOBILE: Final = re.compile(r"1\.[3-9]\d*E\+?10$")
_DATE: Final = re.compile(
    r"(?:19|20)\d{2}[-/.年](?:1[0-2]|0?[1-9])[-/.月](?:3[01]|[12]\d|0?[1-9])日?(?:[ T].*)?$"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"
)
_MONTH: Final = re.compile(r"(?:19|20)\d{2}[-/.年]?(?:0[1-9]|1[0-2])月?$")
_ORGANISATION: Final = re.compile(
    r"(?:公司|企业|厂|店|社|所|院|校|局|处|中心|部|行|站|馆|园|场|矿|集团|商行|经营部|合作社|事务所|协会|委员会|委会|工会"
    r"|机关|政府|学校|医院|银行|分公司|个体工商户|超市|酒店|宾馆|饭店|集体|大队|中学|小学|幼儿园|基金会|商会|联合会)"
    r"(?:[(（][^()（）]*[)）])?$"
)
_ADDRESS: Final = re.compile(
    r"(?:省|市|区|县|镇|乡|街道).{1,40}(?:路|街|号|村|巷|弄|栋|楼|室|组|园|大道|镇|乡|街道)"
)
_NAME: Final = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}$|[\u3400-\u9fff]{1,10}[·•.][\u3400-\u9fff]{1,12}$"
)
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范"
    "汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严武戚莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳"
    "翟殷申欧耿关兰焦俞左柳甘祝包宁符阮纪梅童凌毕单季成霍苗裴涂谷曲盛冉翁蓝路游辛靳管柴蒙鲍华祁房滕屈饶解牟艾尤时阳农司阙虞"
    "欧阳上官司徒诸葛皇甫尉迟令狐慕容"
)
_SEXES: Final = frozenset({"男", "女", "男性", "女性", "M", "F"})


def is_resident_id(text: str) -> bool:
    """18 or 15 characters with a birth date in the middle, or what is left of one after damage."""
    code = fold_code(text)
    if _ID.match(code):
        return True
    return (
        bool(_OLD_ID.match(code) or _DAMAGED_ID.match(code)) and not usccs.check_registration_number(code).ok
    )


def is_uscc(text: str) -> bool:
    """18 characters in the form of a USCC that are no ID number."""
    code = fold_code(text)
    if not _USCC.match(code):
        return False
    return not (_ID.match(code) and resident_ids.check(code, today=date.max).ok) or usccs.check(code).ok


def is_employer_code(text: str) -> bool:
    """A USCC, organisation code, registration or tax number."""
    return is_uscc(text) or (len(fold_code(text)) in (9, 10, 15) and usccs.check_employer_code(text).ok)


def is_mobile(text: str) -> bool:
    """A mobile number, or what is left of one after damage."""
    return bool(_DAMAGED_MOBILE.match(fold_code(text))) or phones.check_mobile(text).ok


def is_phone(text: str) -> bool:
    """Any telephone number."""
    return is_mobile(text) or phones.check(text).ok


def is_date(text: str) -> bool:
    """A full date with the year first."""
    return bool(_DATE.match(without_blanks(fold_width(text))) or _DATE.match(fold_width(text).strip()))


def is_month(text: str) -> bool:
    """A month such as 202403 or 2024-03."""
    return bool(_MONTH.match(without_blanks(fold_width(text))))


def is_sex(text: str) -> bool:
    """男 or 女."""
    return without_blanks(fold_width(text)).upper() in _SEXES


def is_person_name(text: str) -> bool:
    """Two to four Chinese characters beginning with a surname, or a name with a middle dot."""
    bare = without_blanks(text)
    return (
        bool(_NAME.match(bare)) and (bare[0] in _SURNAMES or "·" in bare) and not _ORGANISATION.search(bare)
    )


def is_organisation(text: str) -> bool:
    """A name that ends as names of organisations do."""
    bare = without_blanks(text)
    return len(bare) >= 4 and bool(_ORGANISATION.search(bare))


def is_address(text: str) -> bool:
    """An address."""
    return bool(_ADDRESS.search(without_blanks(text)))


def is_count(text: str) -> bool:
    """A small whole number."""
    plain = without_blanks(fold_width(text)).replace(",", "").removesuffix("人")
    return plain.isascii() and plain.isdigit() and len(plain) <= 7
