"""What the services about a term of office share: questions, deadline, promise."""

from smartunion.engines.casework.definition import Deadline, Field, FieldKind, text

FEDERATION = ("cadre", "admin")
SOURCE = text(
    "《工会法》第十条、第十二条、第十六条、第十七条；《工会基层组织选举工作条例》",
    "Trade Union Law art. 10, 12, 16, 17; election regulation of grassroots unions",
)
ANSWER = Deadline(15, policy="organising.founding_answer_days")
PROMISE = text(
    "上级工会自收到之日起 15 日内批复；不同意的，说明理由。",
    "Answered within 15 days; a refusal gives its reason.",
)
UNION = Field(
    "union", FieldKind.UNION, text("哪家工会", "Which union"), prefill="handler.union", in_digest=True,
    help=text("只能为自己任职的工会申请。", "Only a union you work for."),
)  # fmt: skip
CONTACT = Field("contact", FieldKind.PERSON, text("经办人", "Who handles it"), prefill="handler.contact")
NUMBER = Field(
    "approval_number", FieldKind.TEXT, text("批复文号", "Number of the reply"), is_public=True, is_required=False,
    maximum=40,
)  # fmt: skip
SUBMITTED = (
    "submitted",
    text(
        "已报送，编号 %(reference)s。%(union)s最迟%(due)s批复。",
        "Sent, reference %(reference)s. %(union)s answers by %(due)s.",
    ),
)
