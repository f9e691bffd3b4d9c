"""The kind employers: lists of employing units, as offices keep them."""

from django.utils.translation import gettext_lazy as _

from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.vocabulary import FieldSpec, Kind, called
from smartunion.ground.registry.rules import lists
from smartunion.ground.registry.vocabulary.lists import listed

_FIELDS = (
    FieldSpec(
        "name",
        _("Employer"),
        called(
            "单位名称|企业名称|用人单位名称|用人单位|公司名称|单位全称|企业全称|单位|名称|"
            "机构名称|所在单位|所在单位名称|工作单位|单位名称全称|企业|公司|unit_name"
        ),
        parsers.text(120),
        required=True,
        detect=detectors.is_organisation,
    ),
    FieldSpec(
        "uscc",
        _("USCC"),
        called(
            "统一社会信用代码|社会信用代码|信用代码|单位统一社会信用代码|企业统一社会信用代码|"
            "统一信用代码|单位法人和其他组织统一社会信用代码|组织机构代码|统一代码|机构代码|"
            "营业执照号|单位代码|unit_code"
        ),
        parsers.employer_code,
        identifier=True,
        detect=detectors.is_employer_code,
        by_content="always",
    ),
    FieldSpec(
        "former_name", _("Former name"), ("曾用名", "曾用名称", "原名称", "单位曾用名"), parsers.text(240)
    ),
    FieldSpec(
        "region_name",
        _("Administrative area"),
        called(
            "单位所在政区|所在政区|行政区划|所属地区|所在地区|所属区域|所在区县|区县|所属乡镇|"
            "乡镇|街道|所属街道"
        ),
        parsers.text(60),
    ),
    FieldSpec(
        "address",
        _("Address"),
        called(
            "单位地址|地址|企业地址|经营地址|联系地址|办公地址|通讯地址|详细地址|单位详细地址|住所|注册地址"
        ),
        parsers.text(200),
        detect=detectors.is_address,
    ),
    FieldSpec(
        "unit_nature",
        _("Nature of unit"),
        called("单位性质类别|单位性质|单位类型|单位类别|企业性质"),
        listed(lists.UnitNature),
        tell=1,
    ),
    FieldSpec(
        "economic_type",
        _("Economic type"),
        ("经济类型", "经济性质", "所有制类型", "经济成分"),
        listed(lists.EconomicType),
        tell=1,
    ),
    FieldSpec(
        "industry",
        _("Industry"),
        called("单位所属行业|所属行业|行业|行业类别|行业门类|行业分类|单位行业"),
        listed(lists.Industry),
    ),
    FieldSpec(
        "staff_count",
        _("Staff"),
        called(
            "职工人数|职工总数|职工数|员工人数|员工数|单位人数|单位职工人数|在职职工数|"
            "从业人员数|从业人数|职工总人数|员工总数|用工人数|人数"
        ),
        parsers.integer(),
        detect=detectors.is_count,
        tell=1,
    ),
    FieldSpec(
        "founded_on",
        _("Founded on"),
        called("成立日期|成立时间|注册日期|注册时间|开业日期"),
        parsers.past_day,
        detect=detectors.is_date,
    ),
    FieldSpec(
        "legal_person",
        _("Legal representative"),
        called("法定代表人|法人代表|法人|负责人|单位负责人|企业法定代表人|企业负责人|法定代表人姓名"),
        parsers.person_name,
        detect=detectors.is_person_name,
    ),
    FieldSpec(
        "contact_name",
        _("Contact"),
        called("联系人|联系人姓名|单位联系人|经办人|人事负责人"),
        parsers.person_name,
        detect=detectors.is_person_name,
        tell=0.5,
    ),
    FieldSpec(
        "phone",
        _("Phone"),
        called("联系电话|电话|单位电话|联系方式|手机|手机号|移动电话|办公电话|联系人电话|手机号码"),
        parsers.phone,
        detect=detectors.is_phone,
    ),
    FieldSpec("note", _("Note"), ("备注", "说明"), parsers.text(500)),
)


def _with(*keys: str) -> frozenset[str]:
    return frozenset(keys)


EMPLOYERS = Kind(
    "employers",
    _("Employers"),
    _FIELDS,
    signatures=(
        _with("name", "uscc"),
        _with("name", "staff_count"),
        _with("name", "unit_nature"),
        _with("name", "economic_type"),
        _with("name", "industry", "address"),
        _with("name", "contact_name", "phone"),
        _with("name", "address", "phone"),
        _with("name", "legal_person", "phone"),
    ),
    hints=called("用人单位|单位名册|企业名单|企业名册|单位名单|企业信息|单位信息|employer"),
    subjects=called("单位|企业|公司|用人单位|机构|用人"),
    weak_signatures=(_with("name", "address"), _with("name", "phone"), _with("name", "industry")),
)
