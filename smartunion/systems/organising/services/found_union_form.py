"""What is asked when a union is founded."""

from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Format,
    Material,
    Op,
    Option,
    Route,
    Section,
    Step,
    Test,
    Who,
    text,
)
from smartunion.engines.casework.rules import Act

FEDERATION = ("cadre", "admin")
_POSTS = (
    Option("chair", text("主席（主任）", "Chair")),
    Option("vice_chair", text("副主席（副主任）", "Vice-chair")),
    Option("member", text("委员", "Member")),
    Option("organiser", text("组织员", "Organising officer")),
)
_MODES = (
    Option("independent", text("单独建会", "On its own")),
    Option("joint", text("联合建会", "Jointly with its neighbours")),
    Option("industry", text("行业部门牵头", "Led by the industry's department")),
    Option("regional", text("属地工会兜底", "Taken in by the local federation")),
)
ORGANS = (
    Option("committee", text("工会委员会", "Committee")),
    Option("audit", text("经费审查委员会", "Funds audit committee")),
    Option("women_committee", text("女职工委员会", "Women workers' committee")),
)


def _organ(key: str, zh: str, en: str, *, votes: bool, required: bool, help_zh: str, help_en: str) -> Field:
    columns = (
        Field("name", FieldKind.TEXT, text("姓名", "Name"), maximum=60),
        Field("post", FieldKind.CHOICE, text("职务", "Post"), options=_POSTS),
        *(
            (Field("votes", FieldKind.NUMBER, text("得票", "Votes"), minimum=0, is_required=required),)
            if votes
            else ()
        ),
    )
    return Field(
        key,
        FieldKind.ROWS,
        text(zh, en),
        help=text(help_zh, help_en),
        is_required=required,
        minimum=1,
        maximum=45,
        columns=columns,
    )


FOUND_UNION = Definition(
    key="found_union",
    title=text("申请建会", "Found a union"),
    summary=text(
        "单位的职工要成立工会：一张表，最多三张照片，其余由工会来办",
        "One form, at most three photos; the union does the rest",
    ),
    category="founding",
    icon="diagram-3",
    audience="anyone",
    order=20,
    words="建会 成立工会 组建工会 公司没有工会 筹备 选举 批复 联合工会",
    promise=text(
        "上级工会收到申请、候选人名单和选举结果后，均在 15 日内批复。",
        "The higher union answers application, candidates and result within 15 days each.",
    ),
    source=text(
        "《工会法》第十一条、第十二条；《工会基层组织选举工作条例》",
        "Trade Union Law art. 11, 12; election regulation",
    ),
    handler="found_union",
    subject=text("建会：%(employer)s", "Founding: %(employer)s"),
    sections=(
        Section(
            "employer",
            text("单位", "Employer"),
            (
                Field(
                    "employer",
                    FieldKind.EMPLOYER,
                    text("单位名称", "Employer"),
                    prefill="handler.employer",
                    in_digest=True,
                ),
                Field(
                    "uscc",
                    FieldKind.TEXT,
                    text("统一社会信用代码", "Unified social credit code"),
                    format=Format.USCC,
                    is_required=False,
                    prefill="handler.uscc",
                    help=text(
                        "营业执照上的 18 位代码，不知道可以不填。",
                        "18 characters on the licence; leave empty if unknown.",
                    ),
                ),
                Field(
                    "place",
                    FieldKind.PLACE,
                    text("单位所在地", "Place"),
                    prefill="handler.place",
                    in_digest=True,
                ),
                Field(
                    "staff",
                    FieldKind.NUMBER,
                    text("职工人数", "Staff"),
                    minimum=1,
                    maximum=1_000_000,
                    unit=text("人", "people"),
                    prefill="handler.staff",
                    in_digest=True,
                ),
                Field(
                    "business",
                    FieldKind.TEXT,
                    text("主要业务", "Business"),
                    is_required=False,
                    maximum=80,
                    prefill="handler.business",
                ),
            ),
        ),
        Section(
            "union",
            text("要成立的工会", "The union to be"),
            (
                Field(
                    "kind",
                    FieldKind.CHOICE,
                    text("建会方式", "Way"),
                    prefill="handler.kind",
                    in_digest=True,
                    options=(
                        Option("own", text("单独建会", "Own union")),
                        Option("joint", text("与附近单位联合建会", "Joint union with neighbours")),
                    ),
                    help=text(
                        "会员不足 25 人也可以单独建会，或联合建会。",
                        "Fewer than 25 members may also form their own union.",
                    ),
                ),
                Field(
                    "partners",
                    FieldKind.ROWS,
                    text("联合的单位", "Partners"),
                    minimum=1,
                    maximum=30,
                    visible_if=Test("kind", Op.IS, "joint"),
                    prefill="handler.partners",
                    columns=(Field("name", FieldKind.TEXT, text("单位名称", "Employer"), maximum=120),),
                ),
                Field(
                    "union_name",
                    FieldKind.TEXT,
                    text("工会名称", "Name of the union"),
                    minimum=4,
                    maximum=120,
                    prefill="handler.union_name",
                ),
                Field(
                    "wish",
                    FieldKind.TEXTAREA,
                    text("职工的意愿", "What the workers wish"),
                    maximum=500,
                    is_required=False,
                    help=text("例如：经职工商议，有 45 人愿意入会。", "For example: 45 people want to join."),
                ),
            ),
        ),
        Section(
            "group",
            text("筹备组", "Preparatory group"),
            (
                Field(
                    "group",
                    FieldKind.ROWS,
                    text("筹备组成员", "Members of the group"),
                    minimum=1,
                    maximum=15,
                    help=text(
                        "单位党组织推荐或职工推选，三人左右即可。",
                        "Proposed by party organisation or workers; about three.",
                    ),
                    columns=(
                        Field("name", FieldKind.TEXT, text("姓名", "Name"), maximum=60),
                        Field("job", FieldKind.TEXT, text("岗位", "Job"), maximum=40, is_required=False),
                    ),
                ),
                Field(
                    "contact",
                    FieldKind.PERSON,
                    text("联系人", "Contact"),
                    prefill="account.name",
                    why=text(
                        "上级工会用它联系您；批复和选举提醒也发到这个手机。",
                        "The higher union calls and writes to this phone.",
                    ),
                ),
            ),
        ),
    ),
    materials=(
        Material(
            "application",
            text("建会申请书", "Application letter"),
            max_files=2,
            help=text(
                "写明单位名称、职工人数和建会意愿，筹备组签名即可，不用单位盖章。",
                "Signed by the group; no company seal needed.",
            ),
        ),
        Material(
            "licence",
            text("营业执照", "Business licence"),
            is_required=False,
            max_files=1,
            visible_if=Test("uscc", Op.EMPTY),
        ),
        Material(
            "roster",
            text("愿意入会的职工名单", "List of people who want to join"),
            is_required=False,
            max_files=3,
        ),
    ),
    max_papers=3,
    steps=(
        Step(
            "group",
            text("批准筹备组", "Approve the group"),
            roles=FEDERATION,
            route=Route.HANDLER,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(15, policy="organising.founding_answer_days"),
            help=text(
                "核对单位是否已被覆盖、筹备组人选；同意后系统自动发放筹备期入会码。",
                "Check coverage and the group; a joining code is issued on approval.",
            ),
            for_applicant=text(
                "上级工会核对单位情况和筹备组人选，15 日内批复；同意后发给您筹备期入会码。",
                "The higher union answers within 15 days and gives you a joining code.",
            ),
            form=(
                Field(
                    "group_number",
                    FieldKind.TEXT,
                    text("批复文号", "Number of the reply"),
                    is_public=True,
                    is_required=False,
                    maximum=40,
                ),
            ),
            outcome="group",
            approve_label=text("同意成立筹备组", "Approve the group"),
            next="candidates",
        ),
        Step(
            "candidates",
            text("请示召开大会", "Ask to hold the congress"),
            Who.APPLICANT,
            deadline=Deadline(60),
            help=text(
                "职工扫码入会、酝酿提名之后，把开会日期和候选人名单报上级工会。",
                "When people have joined and proposed names, report the day and the candidates.",
            ),
            for_applicant=text(
                "您报开会日期和候选人名单，上级工会同意后再开会选举。",
                "You report the day and the candidates; the election follows when they are agreed.",
            ),
            form=(
                Field("planned_on", FieldKind.DATE, text("计划开会日期", "Day planned")),
                Field(
                    "meeting",
                    FieldKind.CHOICE,
                    text("开什么会", "Kind of meeting"),
                    options=(
                        Option("members", text("会员大会", "All members")),
                        Option("representatives", text("会员代表大会", "Representatives")),
                    ),
                ),
                Field(
                    "slate",
                    FieldKind.ROWS,
                    text("候选人", "Candidates"),
                    help=text("委员候选人应比应选人数多。", "More candidates than seats."),
                    minimum=1,
                    maximum=60,
                    columns=(
                        Field("name", FieldKind.TEXT, text("姓名", "Name"), maximum=60),
                        Field("organ", FieldKind.CHOICE, text("机构", "Organ"), options=ORGANS),
                        Field("post", FieldKind.CHOICE, text("拟任职务", "Post"), options=_POSTS),
                    ),
                ),
            ),
            next="congress",
        ),
        Step(
            "congress",
            text("批复候选人和大会", "Agree to candidates and congress"),
            roles=FEDERATION,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(15, policy="organising.founding_answer_days"),
            return_to="candidates",
            help=text(
                "审查候选人是否合适、有没有企业主要负责人的近亲属、女职工是否有代表，同意后开会选举。",
                "Are the candidates fit, none close kin of the firm's leaders, women represented?",
            ),
            for_applicant=text(
                "上级工会审查候选人名单，15 日内批复；同意后召开大会选举。",
                "The higher union answers within 15 days; then hold the election.",
            ),
            form=(
                Field(
                    "congress_number",
                    FieldKind.TEXT,
                    text("批复文号", "Number of the reply"),
                    is_public=True,
                    is_required=False,
                    maximum=40,
                ),
            ),
            approve_label=text("同意召开大会", "Agree"),
            next="election",
        ),
        Step(
            "election",
            text("报告选举结果", "Report the election"),
            Who.APPLICANT,
            deadline=Deadline(90),
            help=text(
                "召开会员（代表）大会选举，把结果填在这里；候选人已带入，改成当选的人并填得票。",
                "Hold the election; the candidates are filled in: keep who was elected, enter the votes.",
            ),
            form=(
                Field("held_on", FieldKind.DATE, text("选举日期", "Day of the election"), past_only=True),
                Field("members", FieldKind.NUMBER, text("会员人数", "Members"), minimum=1, maximum=1_000_000),
                Field(
                    "women",
                    FieldKind.NUMBER,
                    text("其中女会员", "Of them women"),
                    minimum=0,
                    maximum=1_000_000,
                ),
                Field(
                    "due",
                    FieldKind.NUMBER,
                    text("应到人数", "Due to attend"),
                    minimum=1,
                    maximum=1_000_000,
                    help=text(
                        "会员大会是全体会员，代表大会是全体代表。", "All members, or all representatives."
                    ),
                ),
                Field("present", FieldKind.NUMBER, text("实到人数", "Present"), minimum=1, maximum=1_000_000),
                Field(
                    "candidates",
                    FieldKind.NUMBER,
                    text("委员候选人数", "Candidates"),
                    minimum=1,
                    maximum=200,
                    is_required=False,
                ),
                Field(
                    "term_years",
                    FieldKind.CHOICE,
                    text("任期", "Term"),
                    options=(Option("3", text("三年", "3 years")), Option("5", text("五年", "5 years"))),
                ),
                _organ(
                    "committee",
                    "工会委员会",
                    "Committee",
                    votes=True,
                    required=True,
                    help_zh="会员不足 25 人的，也可以只选一名组织员。",
                    help_en="Fewer than 25 members may elect one organising officer.",
                ),
                _organ(
                    "audit",
                    "经费审查委员会",
                    "Funds audit committee",
                    votes=True,
                    required=False,
                    help_zh="与工会委员会同时选举；主席不能兼任。",
                    help_en="Elected together with the committee; not by its chair.",
                ),
                _organ(
                    "women_committee",
                    "女职工委员会",
                    "Women workers' committee",
                    votes=False,
                    required=False,
                    help_zh="女会员少的，填一名女职工委员即可。",
                    help_en="With few women one member is enough.",
                ),
                Field(
                    "has_relatives",
                    FieldKind.YES_NO,
                    text(
                        "委员中有企业主要负责人的近亲属", "Close relatives of the firm's leaders among them"
                    ),
                ),
                Field(
                    "minutes",
                    FieldKind.PHOTO,
                    text("会议记录或选票统计照片", "Photo of the minutes"),
                    is_required=False,
                    maximum=3,
                ),
            ),
            next="approve",
        ),
        Step(
            "approve",
            text("批复成立", "Approve the union"),
            roles=FEDERATION,
            acts=(Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD),
            deadline=Deadline(15, policy="organising.founding_answer_days"),
            return_to="election",
            help=text(
                "选举结果的核验见右侧；批复后工会进入组织树，自动编号、发证、发放入会码，筹备期入会的职工转为会员。",
                "The judgement stands at the right; approval sets the union up with number, certificate and code.",
            ),
            for_applicant=text(
                "上级工会核验选举结果，15 日内批复；批准后工会编号、证书、入会码一并生成。",
                "The higher union judges the result within 15 days; number, certificate and code come with it.",
            ),
            form=(
                Field(
                    "approved_name",
                    FieldKind.TEXT,
                    text("批准的工会名称", "Approved name"),
                    is_public=True,
                    minimum=4,
                    maximum=120,
                ),
                Field(
                    "founded_on",
                    FieldKind.DATE,
                    text("成立日期", "Founded on"),
                    is_public=True,
                    past_only=True,
                ),
                Field(
                    "approval_number",
                    FieldKind.TEXT,
                    text("批复文号", "Number of the reply"),
                    is_public=True,
                    is_required=False,
                    maximum=40,
                ),
                Field(
                    "founding_mode",
                    FieldKind.CHOICE,
                    text("建会方式", "Way of founding"),
                    is_public=True,
                    is_required=False,
                    options=_MODES,
                    help=text(
                        "按建会申请和线索建议带入，可改；记入工会档案。",
                        "From the application and the proposal; kept on the union's record.",
                    ),
                ),
            ),
            outcome="union",
            approve_label=text("批准成立工会", "Approve the union"),
        ),
    ),
    texts=(
        (
            "submitted",
            text(
                "%(employer)s的建会申请已收到，编号 %(reference)s。%(union)s最迟%(due)s批复筹备组。",
                "The application of %(employer)s is in, reference %(reference)s. %(union)s answers by %(due)s.",
            ),
        ),
        (
            "step:candidates",
            text(
                "%(union)s已同意成立筹备组。请把入会码发给职工，酝酿候选人后在“我的办件”里报开会日期和名单，%(due)s前完成。",
                "%(union)s approved the group. Share the joining code, then report day and candidates by %(due)s.",
            ),
        ),
        (
            "step:congress",
            text(
                "候选人名单已报送%(union)s，最迟%(due)s批复。",
                "%(union)s has the candidates and answers by %(due)s.",
            ),
        ),
        (
            "step:election",
            text(
                "%(union)s已同意召开大会。请选举后在“我的办件”里填报结果，%(due)s前完成。",
                "%(union)s agrees to the congress. Hold the election and report it by %(due)s.",
            ),
        ),
        (
            "step:approve",
            text(
                "选举结果已报送%(union)s，最迟%(due)s批复。",
                "%(union)s has the result and answers by %(due)s.",
            ),
        ),
        (
            "approved",
            text(
                "恭喜！%(employer)s的工会已批准成立，证书编号和入会码在办件里。",
                "Congratulations: the union of %(employer)s stands.",
            ),
        ),
    ),
)
