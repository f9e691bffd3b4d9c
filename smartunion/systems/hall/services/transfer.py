"""Transfer 转会 in the catalogue: the registry runs it itself, both unions see it, silence is consent."""

from smartunion.engines.casework.definition import Deadline, Definition, Op, Rule, Rung, Step, Test, text
from smartunion.engines.casework.rules import Act

TRANSFER = Definition(
    key="transfer",
    title=text("转会籍", "Transfer"),
    summary=text(
        "换了工作，会籍跟着走：选新工会，其余由两家工会办",
        "A new job: name the new union, the two unions do the rest",
    ),
    category="membership",
    icon="arrow-left-right",
    audience="worker",
    order=20,
    words="转会 转会籍 换工作 换单位 跳槽 转工会 转移会籍 调动",
    promise=text(
        "新工会收到后答复；原工会逾期不答复视为同意，会籍不中断。",
        "The old union's silence is consent; no day without membership.",
    ),
    source=text(
        "《中国工会章程》第五条、《工会会员会籍管理办法》（2016）：一次入会、动态接转",
        "ACFTU charter art. 5; membership measures of 2016: joined once, moved as work moves",
    ),
    page="portal:record_move",
    rung=Rung.APPLY,
    events=("change_job", "new_job"),
    eligibility=(
        Rule(
            "member",
            text("现在是工会会员", "A member of a union now"),
            Test("member.is_member", Op.IS, True),
            text("登记里没有您现在的会籍，不用转。", "There is no membership to move."),
            text("直接加入新单位的工会即可。", "Join the new union."),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "move",
            text("两家工会接转", "Both unions"),
            roles=("chair", "cadre", "admin"),
            acts=(Act.APPROVE, Act.REFUSE),
            deadline=Deadline(7, is_working=True, policy="casework.answer_days"),
            for_applicant=text(
                "新工会接收、原工会转出，每一步都通知您。",
                "The new union takes you in, the old one lets you go; you are told of each.",
            ),
        ),
    ),
    is_rated=False,
)
