"""The kind members: lists of union members, as the official form and offices' own sheets write them."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.cells import CellType
from smartunion.core.tables.parsers import Context, Parser
from smartunion.core.tables.problems import Issue, Severity
from smartunion.core.tables.vocabulary import FieldSpec, Kind, called
from smartunion.ground.registry.rules import lists, words
from smartunion.ground.registry.vocabulary.lists import CHECKED_ID_TYPES, listed

_id_type = listed(lists.IdType)


def is_union_name(text: str) -> bool:
    """A name that speaks of a trade union."""
    return "工会" in text


def _identity_parser(raw: Mapping[str, str]) -> Parser:
    """The check of resident IDs, unless the record says that the document is a passport or another pass."""
    given = raw.get("id_type", "")
    kind = _id_type(given, CellType.TEXT, Context(date.min)).value if given else None
    if kind == lists.IdType.PERMIT and resident_ids.is_old_residence(raw.get("resident_id", "")):
        return parsers.code
    return parsers.resident_id if kind is None or kind in CHECKED_ID_TYPES else parsers.code


def check_against_id(values: Mapping[str, object], context: Context) -> Iterable[tuple[str, Issue]]:
    """Sex and birth date that differ from those the ID number tells."""
    number = values.get("resident_id")
    if not isinstance(number, str) or values.get("id_type", lists.IdType.RESIDENT) not in CHECKED_ID_TYPES:
        return
    sex, born = values.get("sex"), values.get("birth_date")
    if not sex and not born:
        return
    told = resident_ids.check(number, today=context.today)
    if told.sex and sex and sex != told.sex[0]:
        yield "sex", Issue("sex_differs", Severity.DOUBT)
    if told.birth_date and born and born != told.birth_date:
        yield "birth_date", Issue("birth_date_differs", Severity.DOUBT)


_FIELDS = (
    FieldSpec(
        "name",
        _("Name"),
        called(
            "姓名|名字|会员姓名|职工姓名|员工姓名|人员姓名|工会会员姓名|本人姓名|真实姓名|"
            "入会人姓名|申请人姓名|工人姓名|用户姓名|会员名称|full name"
        ),
        parsers.person_name,
        required=True,
        detect=detectors.is_person_name,
        by_content="unlabelled",
    ),
    FieldSpec(
        "sex",
        _("Sex"),
        ("性别", "会员性别", "gender"),
        listed(lists.Sex),
        detect=detectors.is_sex,
        by_content="unlabelled",
    ),
    FieldSpec(
        "birth_date",
        _("Birth date"),
        called("出生日期|出生年月|出生年月日|生日|出生时间|birthday|date of birth"),
        parsers.past_day,
        detect=detectors.is_date,
    ),
    FieldSpec(
        "ethnicity",
        _("Ethnicity"),
        ("民族", "民族名称"),
        listed(lists.Ethnicity),
    ),
    FieldSpec(
        "employment_status",
        _("Employment status"),
        called("就业状况|就业状态|在岗状态|在职状态|人员状态|就业情况"),
        listed(lists.EmploymentStatus),
    ),
    FieldSpec(
        "id_type",
        _("ID type"),
        called("有效证件类别|证件类型|证件类别|证件种类|证照类型|有效证件类型|身份证件类型"),
        _id_type,
    ),
    FieldSpec(
        "resident_id",
        _("ID number"),
        called(
            "证件号码|身份证号|身份证号码|公民身份号码|公民身份证号码|居民身份证号|"
            "居民身份证号码|身份证|证件号|有效证件号码|身份证件号码|身份号码|社会保障号码|"
            "社会保障号|身份证编号|会员身份证号|职工身份证号|职工身份证号码|会员身份证号码|"
            "本人身份证号|证照号码|id_no|idcard|id_card|id number|id card no|"
            "identity card number|身分证字号"
        ),
        parsers.resident_id,
        identifier=True,
        detect=detectors.is_resident_id,
        by_content="always",
        parser_for=_identity_parser,
    ),
    FieldSpec(
        "education",
        _("Education"),
        called("学历|文化程度|最高学历|受教育程度|学历层次"),
        listed(lists.Education),
    ),
    FieldSpec(
        "skill_grade",
        _("Skill grade"),
        called("技术等级|技能等级|职业资格|职业技能等级|职业资格等级"),
        listed(lists.SkillGrade),
        tell=0.5,
    ),
    FieldSpec(
        "mobile",
        _("Mobile"),
        called(
            "移动电话|手机|手机号|手机号码|联系电话|联系方式|电话|电话号码|联系手机|本人手机号|"
            "移动电话号码|本人电话|会员手机号|手机电话|联系号码|phone|tel|mobile phone|"
            "mobile number|phone number|telephone|联络电话"
        ),
        parsers.phone,
        detect=detectors.is_phone,
        by_content="always",
    ),
    FieldSpec(
        "hukou_type",
        _("Household type"),
        called("户籍类型|户口性质|户口类型|户籍性质|户口类别|户籍类别"),
        listed(lists.HukouType),
    ),
    FieldSpec(
        "hukou_place",
        _("Household place"),
        called("户籍所在地|户口所在地|户籍地址|户籍地|户口地址|户籍住址|户籍"),
        parsers.text(100),
    ),
    FieldSpec(
        "change_type",
        _("Kind of membership change"),
        called("会籍变化类型|会籍变动类型|会籍状态|会籍变更类型|会籍变化|会员变动类型"),
        listed(words.ChangeType),
        tell=2,
    ),
    FieldSpec(
        "changed_on",
        _("Date of the membership change"),
        called("会籍变化日期|会籍变动日期|会籍变更日期|会籍变化时间|会籍变动时间"),
        parsers.past_day,
        detect=detectors.is_date,
        tell=2,
    ),
    FieldSpec(
        "change_reason",
        _("Reason of the membership change"),
        ("会籍变化原因", "会籍变动原因", "会籍变更原因"),
        listed(words.ChangeReason),
        tell=2,
    ),
    FieldSpec(
        "political_status",
        _("Political status"),
        ("政治面貌", "政治面目", "政治身份", "党派"),
        listed(lists.PoliticalStatus),
        tell=0.5,
    ),
    FieldSpec(
        "employer_name",
        _("Employer"),
        called(
            "工作单位|单位名称|所在单位|单位|用人单位|企业名称|公司名称|就业单位|所属单位|"
            "单位全称|用人单位名称|工作单位名称|所在单位名称|现工作单位|公司|企业|工作单位全称|"
            "所在企业|employer|company|company name|work unit"
        ),
        parsers.text(120),
        detect=detectors.is_organisation,
        by_content="unlabelled",
    ),
    FieldSpec("native_place", _("Native place"), ("籍贯", "籍贯地"), parsers.text(60)),
    FieldSpec(
        "is_migrant",
        _("Migrant worker"),
        called("是否农民工会员|是否农民工|农民工|是否为农民工|农民工会员"),
        parsers.yes_no,
        tell=1,
    ),
    FieldSpec(
        "union_name",
        _("Union"),
        called(
            "工会名称|所在工会|所属工会|工会组织名称|基层工会名称|工会|所属工会名称|所在工会名称|"
            "工会组织|所在工会组织|会籍所在工会|所属基层工会"
        ),
        parsers.text(120),
        detect=is_union_name,
        by_content="unlabelled",
        tell=1.5,
    ),
    FieldSpec(
        "union_number",
        _("Union number"),
        called("工会编号|所在工会编号|工会组织编号|所属工会编号|union_id"),
        parsers.code,
        tell=1,
    ),
    FieldSpec(
        "employer_uscc",
        _("Employer USCC"),
        called(
            "单位统一社会信用代码|统一社会信用代码|单位社会信用代码|社会信用代码|"
            "企业统一社会信用代码|单位信用代码"
        ),
        parsers.employer_code,
        detect=detectors.is_employer_code,
    ),
    FieldSpec(
        "joined_on",
        _("Joined on"),
        called("入会时间|入会日期|入会年月|加入工会时间|加入工会日期|入会登记日期|joined"),
        parsers.past_day,
        detect=detectors.is_date,
        tell=2,
    ),
    FieldSpec(
        "note",
        _("Note"),
        called("备注|说明|备注说明|其他说明|remark"),
        parsers.text(500),
    ),
)


def _with(*keys: str) -> frozenset[str]:
    return frozenset(keys)


MEMBERS = Kind(
    "members",
    _("Union members"),
    _FIELDS,
    signatures=(
        _with("name", "resident_id"),
        _with("name", "mobile", "employer_name"),
        _with("name", "mobile", "union_name"),
        _with("name", "change_type"),
        _with("name", "is_migrant"),
        _with("name", "joined_on"),
        _with("name", "union_name", "employer_name"),
        _with("name", "union_name", "sex"),
    ),
    hints=("会员", "入会", "member"),
    weak_signatures=(_with("name", "mobile"), _with("name", "employer_name"), _with("name", "sex")),
    checks=(check_against_id,),
    subjects=called("会员|职工|员工|人员|本人|个人|工人|申请人|入会人|工会会员"),
)
