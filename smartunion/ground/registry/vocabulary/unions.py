"""The kind unions: lists of union organisations with the employer each belongs to."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.vocabulary import FieldSpec, Kind, called
from smartunion.ground.registry.rules import lists, words
from smartunion.ground.registry.vocabulary.lists import listed
from smartunion.ground.registry.vocabulary.members import is_union_name

_FIELDS = (
    FieldSpec(
        "name",
        _("Union name"),
        called(
            "工会名称|工会组织名称|工会全称|基层工会名称|工会组织全称|工会|工会名称全称|"
            "工会单位名称|所在工会|union_name"
        ),
        parsers.text(120),
        required=True,
        detect=is_union_name,
        tell=1,
    ),
    FieldSpec(
        "uscc",
        _("Union USCC"),
        called(
            "工会统一社会信用代码|工会法人和其他组织统一社会信用代码|工会社会信用代码|"
            "工会法人统一社会信用代码|工会组织统一社会信用代码|工会信用代码|工会代码|"
            "工会法人证号|工会组织机构代码|统一社会信用代码"
        ),
        parsers.uscc,
        detect=detectors.is_uscc,
        tell=1,
    ),
    FieldSpec(
        "parent_name",
        _("Upper union"),
        called(
            "上级工会名称|上级工会|上级工会组织|主管工会|所属上级工会|隶属工会|上级工会组织名称|上级工会全称"
        ),
        parsers.text(120),
        detect=is_union_name,
        tell=2,
    ),
    FieldSpec(
        "kind",
        _("Kind of union"),
        called("基层工会类型|工会类型|工会类别|建会方式|工会组织类型|建会形式|组建形式|工会性质|union_type"),
        listed(words.UnionKind),
        tell=2,
    ),
    FieldSpec(
        "founded_on",
        _("Founded on"),
        called(
            "建会日期|建会时间|工会成立时间|工会成立日期|成立时间|成立日期|组建时间|工会组建时间|批准建会时间"
        ),
        parsers.past_day,
        detect=detectors.is_date,
        tell=0.5,
    ),
    FieldSpec(
        "member_count",
        pgettext_lazy("registry", "Members"),
        called("会员人数|会员数|工会会员人数|工会会员数|会员总数|现有会员数|会员"),
        parsers.integer(),
        detect=detectors.is_count,
        tell=1,
    ),
    FieldSpec(
        "head_name",
        _("Head"),
        called(
            "工会负责人|工会主席|工会主席姓名|工会法定代表人|工会负责人姓名|主席姓名|负责人|主席|"
            "工会联系人|联系人|法定代表人"
        ),
        parsers.person_name,
        detect=detectors.is_person_name,
        tell=0.5,
    ),
    FieldSpec(
        "phone",
        _("Phone"),
        called(
            "联系电话|电话|工会电话|工会联系电话|负责人电话|手机|手机号|移动电话|联系方式|办公电话|主席电话"
        ),
        parsers.phone,
        detect=detectors.is_phone,
    ),
    FieldSpec(
        "employer_name",
        _("Employer"),
        called(
            "单位名称|所在单位|所在单位名称|企业名称|用人单位名称|单位全称|工会所在单位|建会单位|"
            "建会单位名称|工会所在单位名称|用人单位|公司名称|单位|unit_name"
        ),
        parsers.text(120),
        detect=detectors.is_organisation,
    ),
    FieldSpec(
        "employer_uscc",
        _("Employer USCC"),
        called(
            "单位法人和其他组织统一社会信用代码|单位统一社会信用代码|单位社会信用代码|"
            "企业统一社会信用代码|所在单位统一社会信用代码|单位信用代码|企业信用代码|"
            "单位组织机构代码|单位代码|unit_code"
        ),
        parsers.uscc,
        detect=detectors.is_uscc,
    ),
    FieldSpec(
        "region_name",
        _("Administrative area"),
        called(
            "单位所在政区|所在政区|行政区划|所属地区|所在地区|所属区域|所在区县|区县|所属乡镇|"
            "乡镇|所属乡镇街道|乡镇街道|镇街|街道|district"
        ),
        parsers.text(60),
    ),
    FieldSpec(
        "address",
        _("Address"),
        called("单位地址|地址|工会地址|联系地址|办公地址|通讯地址|单位详细地址|详细地址"),
        parsers.text(200),
        detect=detectors.is_address,
    ),
    FieldSpec(
        "unit_nature",
        _("Nature of unit"),
        called("单位性质类别|单位性质|单位类型|单位类别|企业性质"),
        listed(lists.UnitNature),
    ),
    FieldSpec(
        "economic_type",
        _("Economic type"),
        ("经济类型", "经济性质", "所有制类型", "经济成分"),
        listed(lists.EconomicType),
    ),
    FieldSpec(
        "industry",
        _("Industry"),
        called("单位所属行业|所属行业|行业|行业类别|行业门类|行业分类|单位行业|所处行业"),
        listed(lists.Industry),
    ),
    FieldSpec(
        "staff_count",
        _("Staff"),
        called(
            "职工人数|职工总数|职工数|员工人数|员工数|单位人数|单位职工人数|从业人数|在职职工数|"
            "职工总人数|员工总数|人数"
        ),
        parsers.integer(),
        detect=detectors.is_count,
    ),
    FieldSpec(
        "number",
        _("Union number"),
        ("工会编号", "工会组织编号", "组织编号", "union_id"),
        parsers.code,
        tell=1,
    ),
    FieldSpec("note", _("Note"), ("备注", "说明"), parsers.text(500)),
)


def _with(*keys: str) -> frozenset[str]:
    return frozenset(keys)


UNIONS = Kind(
    "unions",
    _("Unions"),
    _FIELDS,
    signatures=(
        _with("name", "parent_name"),
        _with("name", "kind"),
        _with("name", "member_count"),
        _with("name", "uscc"),
        _with("name", "employer_name", "employer_uscc"),
        _with("name", "founded_on"),
        _with("name", "employer_name", "staff_count"),
        _with("name", "head_name", "phone"),
        _with("name", "employer_name", "head_name"),
    ),
    hints=called("工会组织|工会名册|工会信息|工会台账|工会花名册|建会|union"),
    subjects=called("工会|基层|组织|工会组织|基层工会"),
    weak_signatures=(_with("name", "employer_name"), _with("name", "phone"), _with("name", "address")),
)
