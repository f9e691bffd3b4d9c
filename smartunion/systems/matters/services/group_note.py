"""What cadres read in the chat groups of unions 看一看、发发声 (S017): noted without names, answered into the group."""

from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Route,
    Section,
    Step,
    text,
)
from smartunion.engines.casework.rules import Act
from smartunion.systems.matters.services.common import CATEGORIES, OFFICES, GatheredHandler

GROUP_NOTE = Definition(
    key="group_note",
    title=text("记一条群里的声音", "Note a voice from a chat group"),
    summary=text(
        "在企业工会微信群里看到的想法、建议，粘贴过来，交办、答复、发回群里",
        "What you read in a union’s chat group: pasted, handled, answered back into the group",
    ),
    category="matters",
    icon="chat-quote",
    audience="staff",
    order=36,
    words="微信群 群聊 职工声音 看一看 发发声 意见 建议",
    promise=text("七个工作日内有答复可以发回群里。", "An answer for the group within seven working days."),
    source=text("“看一看、发发声”：工会干部走进企业工会微信群（吴江）", "Cadres visiting unions’ chat groups (Wujiang)"),
    handler="group_note",
    subject=text("群里的声音：%(category)s", "From a chat group: %(category)s"),
    own_case_ok=True,
    is_rated=False,
    sections=(
        Section(
            "what",
            text("看到了什么", "What you read"),
            (
                Field("union", FieldKind.UNION, text("哪个工会的群", "Whose group"), in_digest=True),
                Field("category", FieldKind.CHOICE, text("关于", "About"), options=CATEGORIES, in_digest=True),
                Field(
                    "about",
                    FieldKind.TEXTAREA,
                    text("群里怎么说的", "What was said"),
                    maximum=1000,
                    help=text(
                        "直接粘贴，不写是谁说的。", "Paste it as it stands, without saying who said it."
                    ),
                ),
                Field(
                    "people",
                    FieldKind.NUMBER,
                    text("大约几个人附和", "How many agreed"),
                    is_required=False,
                    minimum=1,
                    maximum=10000,
                    unit=text("人", "people"),
                    in_digest=True,
                ),
            ),
        ),
    ),
    max_papers=0,
    steps=(
        Step(
            "answer",
            text("办理和答复", "Handle and answer"),
            roles=OFFICES,
            route=Route.GIVEN_UNION,
            acts=(Act.APPROVE, Act.FORWARD),
            deadline=Deadline(7, is_working=True),
            help=text(
                "写一段可以原样发回群里的话；几个群说同一件事的，汇成一个需求。",
                "Write what can be sent into the group as it stands; gather what several groups say.",
            ),
            form=(
                Field("answer", FieldKind.TEXTAREA, text("发回群里的话", "Answer for the group"), maximum=500, is_public=True),
            ),
            approve_label=text("答复", "Answer"),
        ),
    ),
    texts=(
        ("approved", text("群里的声音（%(reference)s）有答复了，可以发回群里。", "There is an answer for the group.")),
    ),
)  # fmt: skip


class GroupNoteHandler(GatheredHandler):
    """Nothing beyond the definition but the similar ones beside it."""

    key = "group_note"
    questions = frozenset({"about"})
