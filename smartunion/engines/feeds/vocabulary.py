"""What other departments call the columns of their extracts: kinds social, tax, market, drivers, industry, projects, dues,
identity.

Field keys are the columns of the standard tables (standard.py); fields beyond them only help to tell the kinds apart.
Codes are read leniently here: extracts are full of old and mistyped ones, and matching looks at them as they are.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.tables import detectors, parsers
from smartunion.core.tables.vocabulary import FieldSpec, Kind, called


def _with(*keys: str) -> frozenset[str]:
    return frozenset(keys)


_PERSON = called("姓名|人员姓名|参保人姓名|参保人|职工姓名|个人姓名|员工姓名|真实姓名")
_IDENTITY = called(
    "身份证号|证件号码|公民身份号码|身份证号码|社会保障号码|社会保障号|证件号|"
    "公民身份证号码|身份号码|居民身份证号码|身份证|身份证件号码|有效证件号码|社保号码|"
    "idcard|id_card|resident_id"
)
_MOBILE = called("手机|手机号|手机号码|联系电话|移动电话|联系手机|电话|联系方式|本人电话|电话号码|phone")
_DISTRICT = called(
    "所属区域|行政区划|区县|所在区县|所属辖区|辖区|所属街道|街道|乡镇|所在地|行政区划名称|县区"
)

SOCIAL = Kind(
    "social",
    _("Social insurance extract"),
    (
        FieldSpec("sid", _("Record number"), ("参保记录号", "记录编号", "流水号"), parsers.code),
        FieldSpec(
            "name", _("Name"), _PERSON, parsers.person_name, required=True, detect=detectors.is_person_name
        ),
        FieldSpec(
            "id_no",
            _("ID number"),
            _IDENTITY,
            parsers.resident_id,
            identifier=True,
            detect=detectors.is_resident_id,
            by_content="always",
        ),
        FieldSpec("mobile", _("Mobile"), _MOBILE, parsers.phone, detect=detectors.is_phone),
        FieldSpec(
            "unit_no",
            _("Insurer's account number"),
            called(
                "单位编号|单位社保编号|社保单位编号|单位参保号|社保登记号|单位社保号|参保单位编号|"
                "社会保险登记号|社会保险登记证号|单位保险号|缴费单位编号"
            ),
            parsers.code,
            tell=2,
        ),
        FieldSpec(
            "unit_name",
            _("Unit"),
            called(
                "参保单位|参保单位名称|单位名称|工作单位|用人单位|缴费单位|缴费单位名称|所在单位|"
                "用人单位名称|企业名称|单位"
            ),
            parsers.text(120),
            required=True,
            detect=detectors.is_organisation,
        ),
        FieldSpec(
            "unit_code",
            _("Unit code"),
            called(
                "统一社会信用代码|社会信用代码|单位统一社会信用代码|组织机构代码|信用代码|"
                "单位信用代码|单位代码|单位社会信用代码"
            ),
            parsers.employer_code,
            detect=detectors.is_employer_code,
        ),
        FieldSpec(
            "start_month",
            _("From month"),
            called(
                "起始年月|参保起始年月|开始年月|参保开始年月|参保日期|参保时间|本次参保日期|参保年月|"
                "缴费起始年月|开始日期|起始日期|参保起始日期|参保开始时间|参保起始时间|起始时间|"
                "参保开始日期|起始月份|开始缴费年月|首次参保日期|本单位参保时间"
            ),
            parsers.month,
            detect=lambda text: detectors.is_month(text) or detectors.is_date(text),
            tell=2,
        ),
        FieldSpec(
            "end_month",
            _("To month"),
            called(
                "终止年月|截止年月|结束年月|参保终止年月|停保年月|终止日期|截止日期|结束日期|"
                "停保日期|终止月份|参保截止年月|缴费截止年月|参保结束年月"
            ),
            parsers.month,
            detect=lambda text: detectors.is_month(text) or detectors.is_date(text),
            tell=1,
        ),
        FieldSpec(
            "insurance_state",
            _("Insurance state"),
            called("参保状态|缴费状态|人员参保状态|参保缴费状态|险种状态"),
            parsers.text(40),
            tell=2,
        ),
        FieldSpec(
            "insurance_kind",
            _("Kind of insurance"),
            called("险种|险种类型|参保险种|险种名称|险种类别"),
            parsers.text(60),
            tell=2,
        ),
        FieldSpec(
            "pay_base",
            _("Contribution base"),
            ("缴费基数", "缴费工资", "月缴费基数"),
            parsers.text(40),
            tell=2,
        ),
    ),
    signatures=(
        _with("name", "start_month"),
        _with("name", "unit_no"),
        _with("name", "insurance_state"),
        _with("name", "insurance_kind"),
        _with("name", "pay_base"),
        _with("id_no", "start_month"),
    ),
    hints=called("参保|社保|社会保险|养老保险|医保|工伤保险|social"),
    weak_signatures=(_with("name", "unit_name"), _with("id_no", "unit_name"), _with("name", "unit_code")),
    subjects=called("参保|参保人|人员|职工|个人|缴费|社保|本次|本单位|本人|员工"),
)

TAX = Kind(
    "tax",
    _("Tax extract"),
    (
        FieldSpec(
            "tax_code",
            _("Taxpayer number"),
            called(
                "纳税人识别号|纳税识别号|税号|税务登记号|税务登记证号|纳税人识别码|"
                "社会信用代码（纳税人识别号）|纳税人编码|统一社会信用代码（纳税人识别号）|"
                "统一社会信用代码|社会信用代码|扣缴义务人识别号"
            ),
            parsers.employer_code,
            detect=detectors.is_employer_code,
            tell=1,
        ),
        FieldSpec(
            "taxpayer_name",
            _("Taxpayer"),
            called("纳税人名称|纳税人|纳税单位|扣缴义务人名称|纳税人全称|单位名称|企业名称|缴费人名称"),
            parsers.text(120),
            required=True,
            detect=detectors.is_organisation,
            tell=1,
        ),
        FieldSpec(
            "employees",
            _("Employees"),
            called(
                "从业人数|职工人数|员工人数|申报人数|扣缴人数|个税申报人数|平均从业人数|用工人数|工资薪金人数"
            ),
            parsers.integer(),
            detect=detectors.is_count,
            tell=1,
        ),
        FieldSpec(
            "year",
            _("Year"),
            called("年度|所属年度|申报年度|税款所属年度|年份|税款所属期|所属期|属期"),
            parsers.year,
            tell=0.5,
        ),
        FieldSpec(
            "tax_authority",
            _("Tax authority"),
            called("主管税务机关|税务机关|主管税务所|主管税务所（科、分局）|税务所"),
            parsers.text(80),
            tell=2,
        ),
        FieldSpec(
            "taxpayer_state",
            _("Taxpayer state"),
            ("纳税人状态", "税务登记状态", "登记状态"),
            parsers.text(40),
            tell=1,
        ),
        FieldSpec(
            "wages",
            pgettext_lazy("feed", "Wages"),
            called("工资总额|工资薪金总额|应发工资|计税工资|工资薪金|收入额"),
            parsers.text(40),
            tell=1,
        ),
        FieldSpec(
            "union_dues",
            _("Union dues"),
            ("工会经费", "应缴工会经费", "实缴工会经费", "工会经费金额"),
            parsers.text(40),
            tell=1,
        ),
        FieldSpec("district", _("District"), _DISTRICT, parsers.text(60)),
    ),
    signatures=(
        _with("taxpayer_name", "tax_code", "employees"),
        _with("taxpayer_name", "tax_code", "year"),
        _with("taxpayer_name", "tax_authority"),
        _with("taxpayer_name", "taxpayer_state", "tax_code"),
        _with("taxpayer_name", "union_dues"),
        _with("taxpayer_name", "wages"),
    ),
    hints=called("纳税|税务|个税|税收|tax"),
    weak_signatures=(_with("taxpayer_name", "tax_code"), _with("taxpayer_name", "employees")),
    subjects=called("纳税人|单位|企业|税款|税务"),
)

MARKET = Kind(
    "market",
    _("Market-regulation extract"),
    (
        FieldSpec(
            "entity_id",
            _("Register id"),
            called("主体身份代码|主体编号|市场主体编号|企业编号|主体标识|主体id"),
            parsers.code,
            tell=1,
        ),
        FieldSpec(
            "name",
            _("Entity name"),
            called(
                "企业名称|市场主体名称|名称|主体名称|字号名称|单位名称|企业（机构）名称|经营主体名称|"
                "公司名称|商事主体名称|个体工商户名称|企业全称"
            ),
            parsers.text(120),
            required=True,
            detect=detectors.is_organisation,
        ),
        FieldSpec(
            "uscc",
            _("USCC"),
            called(
                "统一社会信用代码|社会信用代码|信用代码|统一代码|统一社会信用代码/注册号|"
                "统一社会信用代码（注册号）|企业统一社会信用代码|注册号/统一社会信用代码|统一信用代码"
            ),
            parsers.employer_code,
            detect=detectors.is_employer_code,
            by_content="always",
        ),
        FieldSpec(
            "old_reg_no",
            _("15-digit registration number"),
            called("注册号|工商注册号|营业执照注册号|原注册号|企业注册号|旧注册号|regno|reg_no"),
            parsers.registration_number,
            tell=2,
        ),
        FieldSpec(
            "status",
            _("Status"),
            called("登记状态|企业状态|经营状态|主体状态|状态|存续状态|营业状态|市场主体状态|开业状态"),
            parsers.text(20),
            tell=2,
        ),
        FieldSpec(
            "entity_type",
            _("Type"),
            called("企业类型|主体类型|市场主体类型|类型|企业（机构）类型|经济性质|企业类别|登记注册类型"),
            parsers.text(60),
            tell=1.5,
        ),
        FieldSpec("district", _("District"), _DISTRICT, parsers.text(60)),
        FieldSpec(
            "address",
            _("Address"),
            called("住所|经营场所|注册地址|企业地址|地址|住所（经营场所）|经营地址|登记住所|主要经营场所"),
            parsers.text(200),
            detect=detectors.is_address,
        ),
        FieldSpec(
            "founded",
            _("Year founded"),
            called(
                "成立日期|注册日期|成立时间|设立日期|登记日期|成立年份|开业日期|注册时间|founded_on|"
                "start_date"
            ),
            parsers.year,
            detect=lambda text: detectors.is_date(text) or text[:4].isdigit(),
            tell=0.5,
        ),
        FieldSpec(
            "legal_person",
            _("Legal representative"),
            called(
                "法定代表人|法人代表|负责人|经营者|法人|法定代表人（负责人）|法定代表人姓名|投资人|经营者姓名"
            ),
            parsers.person_name,
            detect=detectors.is_person_name,
            tell=0.5,
        ),
        FieldSpec(
            "former_name",
            _("Former name"),
            ("曾用名", "曾用名称", "原企业名称", "former"),
            parsers.text(400),
            tell=0.5,
        ),
        FieldSpec(
            "authority",
            _("Registering authority"),
            called("登记机关|登记机关名称|管辖单位|管辖机关|属地监管单位|管辖单位名称|发照机关"),
            parsers.text(80),
            tell=2,
        ),
        FieldSpec(
            "capital",
            _("Registered capital"),
            ("注册资本", "注册资金", "注册资本（万元）", "reg_capital"),
            parsers.text(60),
            tell=2,
        ),
        FieldSpec(
            "scope",
            _("Business scope"),
            ("经营范围", "经营业务范围", "经营（业务）范围"),
            parsers.text(),
            tell=2,
        ),
        FieldSpec(
            "approved_on",
            _("Approved on"),
            called("核准日期|发照日期|核准时间|注销日期|吊销日期|吊销时间"),
            parsers.day,
            detect=detectors.is_date,
            tell=1,
        ),
        FieldSpec(
            "industry",
            _("Industry"),
            called("行业|行业代码|所属行业|国民经济行业|行业门类|国标行业"),
            parsers.text(60),
        ),
        FieldSpec("phone", _("Phone"), ("联系电话", "电话", "企业联系电话", "联系方式"), parsers.phone),
    ),
    signatures=(
        _with("name", "status"),
        _with("name", "old_reg_no"),
        _with("name", "authority"),
        _with("name", "capital"),
        _with("name", "scope"),
        _with("name", "entity_type", "founded"),
        _with("name", "entity_type", "uscc"),
        _with("name", "uscc", "founded"),
        _with("name", "approved_on"),
        _with("name", "entity_type", "entity_id"),
    ),
    hints=called("市场主体|经营主体|工商登记|企业登记|商事主体|个体工商户|市场监管|market"),
    weak_signatures=(_with("name", "uscc"), _with("name", "legal_person"), _with("name", "address")),
    subjects=called("企业|市场主体|经营主体|商事主体|主体|公司|机构|登记|注册"),
)

DRIVERS = Kind(
    "drivers",
    _("Transport register extract"),
    (
        FieldSpec(
            "licence_no",
            _("Licence number"),
            called(
                "从业资格证号|从业资格证号码|从业资格证书编号|资格证号|从业资格证|"
                "道路运输从业资格证号|从业资格证编号|网约车驾驶员证号|准驾证号|资格证编号"
            ),
            parsers.code,
            tell=3,
        ),
        FieldSpec(
            "name",
            _("Name"),
            (*_PERSON, "司机姓名", "驾驶员姓名", "从业人员姓名", "骑手姓名", "驾驶员", "司机"),
            parsers.person_name,
            required=True,
            detect=detectors.is_person_name,
        ),
        FieldSpec(
            "id_no",
            _("ID number"),
            (*_IDENTITY, "驾驶证号", "驾驶证号码", "司机身份证号", "驾驶员身份证号"),
            parsers.resident_id,
            identifier=True,
            detect=detectors.is_resident_id,
            by_content="always",
        ),
        FieldSpec(
            "mobile",
            _("Mobile"),
            (*_MOBILE, "司机电话", "驾驶员电话", "司机手机号"),
            parsers.phone,
            detect=detectors.is_phone,
        ),
        FieldSpec(
            "plate_no",
            _("Plate"),
            called("车牌号|车牌号码|车牌|车辆号牌|号牌号码|机动车号牌|车号|plate"),
            parsers.code,
            tell=3,
        ),
        FieldSpec(
            "company_name",
            _("Company"),
            called(
                "所属企业|企业名称|运输企业|业户名称|挂靠单位|挂靠企业|服务单位|所属公司|公司名称|"
                "单位名称|工作单位|经营业户|站点名称|所属站点"
            ),
            parsers.text(120),
        ),
        FieldSpec(
            "region_name",
            _("Place"),
            (*_DISTRICT, "常驻地", "住址", "户籍所在地", "居住地"),
            parsers.text(100),
        ),
        FieldSpec(
            "platform",
            _("Platform"),
            called(
                "所属平台|平台名称|平台|平台企业|服务平台|接单平台|注册平台|从业平台|网约平台|"
                "所属平台企业|平台公司|platform"
            ),
            parsers.text(60),
        ),
        FieldSpec(
            "valid_until",
            _("Licence valid until"),
            called(
                "有效期至|有效期止|有效期截止|有效截止日期|证件有效期|证件有效期至|资格证有效期|"
                "从业资格证有效期|从业资格证有效期至|有效期限|有效期|valid_until"
            ),
            parsers.text(40),
        ),
        FieldSpec(
            "licence_kind",
            _("Kind of licence"),
            called("从业资格类别|从业类别|资格类别|准驾车型|从业资格类型|驾驶员类型|车辆类型"),
            parsers.text(60),
            tell=2,
        ),
    ),
    signatures=(
        _with("name", "licence_no"),
        _with("name", "plate_no"),
        _with("name", "licence_kind"),
        _with("id_no", "plate_no"),
    ),
    hints=called("司机|驾驶员|骑手|网约|货运|快递员|外卖|从业资格|driver"),
    weak_signatures=(_with("name", "company_name"), _with("name", "id_no"), _with("name", "mobile")),
    subjects=called("司机|驾驶员|骑手|从业人员|人员|本人|个人|车主|货车司机"),
)

_FIRM = called(
    "企业名称|单位名称|名称|企业全称|公司名称|企业（单位）名称|申报企业|入库企业|规上企业名称|培育企业名称"
)
_FIRM_CODE = called("统一社会信用代码|社会信用代码|信用代码|统一代码|企业代码")
_PEOPLE = called("从业人数|职工人数|员工人数|平均用工人数|从业人员平均人数|期末从业人员|用工人数")

INDUSTRY = Kind(
    "industry",
    _("Industry extract"),
    (
        FieldSpec(
            "name", _("Firm"), _FIRM, parsers.text(120), required=True, detect=detectors.is_organisation
        ),
        FieldSpec(
            "uscc", _("USCC"), _FIRM_CODE, parsers.employer_code, detect=detectors.is_employer_code, by_content="always"
        ),
        FieldSpec(
            "scale",
            _("Above scale"),
            called("是否规上|规上企业|规模|是否规上企业|企业规模|规模以上|是否规模以上|规上标识"),
            parsers.text(20),
            tell=2,
        ),
        FieldSpec(
            "grade",
            _("Grade"),
            called("梯队|培育梯队|企业梯队|专精特新|专精特新等级|认定类型|认定称号|称号|荣誉称号|"
"优质企业类型|企业等级|培育类型"),
            parsers.text(60),
            tell=2,
        ),
        FieldSpec(
            "cluster",
            _("Cluster or chain"),
            called("产业集群|所属集群|产业链|所属产业链|集群|集群名称|产业集群名称|标志性产业链"),
            parsers.text(60),
            tell=3,
        ),
        FieldSpec(
            "park",
            _("Park"),
            called("园区|产业园|所属园区|工业园区|小微企业园"),
            parsers.text(60),
            tell=1,
        ),
        FieldSpec("employees", _("Employees"), _PEOPLE, parsers.integer(), detect=detectors.is_count, tell=0.5),
    ),
    signatures=(_with("name", "scale"), _with("name", "grade"), _with("name", "cluster"), _with("uscc", "grade")),
    hints=called("规上|规模以上|专精特新|小巨人|单项冠军|产业集群|产业链|工信|经信|industry"),
    weak_signatures=(_with("name", "park"),),
    subjects=called("企业|单位|公司|集群|产业"),
)  # fmt: skip

PROJECTS = Kind(
    "projects",
    _("Key projects extract"),
    (
        FieldSpec(
            "project_name",
            _("Project"),
            called("项目名称|重大项目名称|重点项目名称|工程名称|建设项目名称"),
            parsers.text(200),
            required=True,
            tell=2,
        ),
        FieldSpec(
            "project_code",
            _("Project code"),
            called("项目代码|项目编号|统一项目代码|投资项目代码|赋码"),
            parsers.code,
            tell=2,
        ),
        FieldSpec(
            "unit_name",
            _("Unit in charge"),
            called("建设单位|项目单位|项目业主|业主单位|项目法人|项目法人单位|建设单位名称|责任单位|"
"施工单位|承建单位|实施单位|投资主体"),
            parsers.text(120),
            required=True,
            detect=detectors.is_organisation,
            tell=1,
        ),
        FieldSpec(
            "uscc",
            _("USCC"),
            (*_FIRM_CODE, "建设单位统一社会信用代码", "项目单位统一社会信用代码", "项目法人统一社会信用代码"),
            parsers.employer_code,
            detect=detectors.is_employer_code,
            by_content="always",
        ),
        FieldSpec(
            "stage",
            _("Stage"),
            called("项目阶段|建设阶段|项目状态|建设性质|项目类型|进展情况|形象进度"),
            parsers.text(60),
            tell=1,
        ),
        FieldSpec(
            "address", _("Site"), called("建设地点|项目地点|建设地址|项目地址|建设区域"), parsers.text(200), tell=2
        ),
        FieldSpec(
            "investment", _("Investment"), called("总投资|计划总投资|总投资（万元）|投资额|年度计划投资"),
            parsers.text(40),
            tell=2,
        ),
        FieldSpec(
            "employees", _("People on site"), (*_PEOPLE, "施工人数", "现场人数", "现场用工人数", "参建人数"), parsers.integer(),
            detect=detectors.is_count, tell=0.5,
        ),
    ),
    signatures=(
        _with("project_name", "unit_name"), _with("project_name", "project_code"), _with("project_name", "investment"),
        _with("project_name", "address"),
    ),
    hints=called("重大项目|重点项目|重点工程|重大工程|发改|政府投资项目|projects"),
    weak_signatures=(_with("project_name", "uscc"),),
    subjects=called("项目|工程|建设单位|项目单位|单位"),
)  # fmt: skip

DUES = Kind(
    "dues",
    _("Extract of union contributions"),
    (
        FieldSpec(
            "tax_code",
            _("Taxpayer number"),
            called("纳税人识别号|纳税识别号|缴费人识别号|税号|统一社会信用代码|社会信用代码|缴费人编码|"
"社会信用代码（纳税人识别号）|统一社会信用代码（纳税人识别号）"),
            parsers.employer_code, detect=detectors.is_employer_code, by_content="always",
        ),
        FieldSpec(
            "taxpayer_name",
            _("Taxpayer"),
            called("纳税人名称|缴费人名称|缴费单位|缴费单位名称|单位名称|企业名称|纳税人|缴费人"),
            parsers.text(120), required=True, detect=detectors.is_organisation,
        ),
        FieldSpec(
            "item",
            _("Item levied"),
            called("征收品目|征收项目|征收子目|费种|品目|缴费项目|费用类型|经费类型"),
            parsers.text(60), tell=1,
        ),
        FieldSpec(
            "period_from",
            _("Period from"),
            called("费款所属期起|所属期起|税款所属期起|缴费所属期起|所属期起始|费款所属期|所属期|"
"税款所属期|缴费所属期|费款所属期限|所属时期"),
            parsers.month, required=True, tell=1.5,
        ),
        FieldSpec(
            "period_to",
            _("Period to"),
            called("费款所属期止|所属期止|税款所属期止|缴费所属期止|所属期终止"),
            parsers.month, tell=1.5,
        ),
        FieldSpec(
            "wages",
            _("Total wages"),
            called("工资总额|计费依据|计税依据|缴费基数|职工工资总额|全部职工工资总额|应税项|计征依据"),
            parsers.text(30), tell=1,
        ),
        FieldSpec(
            "due",
            _("Amount due"),
            called("应缴费额|应缴金额|应补（退）费额|应缴经费|应缴工会经费|应拨缴金额|应缴额|应拨缴经费"),
            parsers.text(30), tell=2,
        ),
        FieldSpec(
            "paid",
            _("Amount paid"),
            called("实缴费额|实缴金额|入库金额|实缴经费|实缴工会经费|实拨金额|已缴金额|实缴额|缴费金额|"
"实际拨缴金额|征收金额|缴费额|代收金额|入库税额"),
            parsers.text(30), required=True, tell=2,
        ),
        FieldSpec(
            "paid_month",
            _("Paid in"),
            called("入库日期|缴费日期|缴款日期|上解日期|征收日期|开票日期|缴纳日期"),
            parsers.month, tell=0.5,
        ),
    ),
    signatures=(_with("taxpayer_name", "period_from", "paid"), _with("taxpayer_name", "due", "paid"), _with("tax_code", "paid")),
    hints=called("工会经费|工会筹备金|建会筹备金|经费代收|代收工会|税务代收|拨缴"),
    weak_signatures=(_with("taxpayer_name", "paid"), _with("taxpayer_name", "wages")),
    subjects=called("纳税人|缴费人|单位|企业|费款|税款"),
)  # fmt: skip

IDENTITY = Kind(
    "identity",
    _("Answers about identity"),
    (
        FieldSpec(
            "name", _("Name"), _PERSON, parsers.person_name, required=True, detect=detectors.is_person_name
        ),
        FieldSpec(
            "id_no", _("ID number"), _IDENTITY, parsers.resident_id, identifier=True, required=True,
            detect=detectors.is_resident_id, by_content="always",
        ),
        FieldSpec(
            "outcome",
            _("Outcome"),
            called("比对结果|核验结果|核查结果|认证结果|比对结论|核查结论|核验结论|实名核验结果|实名认证结果|身份核验结果|"
"身份核查结果|人口库比对结果|人口比对结果|比对情况|核验情况|核查情况|是否一致|是否匹配|是否相符|匹配结果|校验结果|比对状态|核验状态"),
            parsers.text(40), required=True, tell=3,
        ),
    ),
    signatures=(_with("name", "outcome"), _with("id_no", "outcome")),
    hints=called("实名比对|实名核验|身份核验|身份核查|人口库|人口比对|公安"),
    subjects=called("姓名|人员|身份|实名|公民|会员|职工"),
)  # fmt: skip

KINDS = (SOCIAL, TAX, MARKET, DRIVERS, INDUSTRY, PROJECTS, DUES, IDENTITY)
