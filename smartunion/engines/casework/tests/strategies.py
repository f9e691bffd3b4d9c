"""Definitions for tests: small ready ones, and random ones that pass the check."""

from hypothesis import strategies as st

from smartunion.engines.casework.definition import (
    Branch,
    Deadline,
    Definition,
    Field,
    FieldKind,
    Known,
    Material,
    Op,
    Option,
    Reopening,
    Section,
    Step,
    Test,
    Who,
    text,
)
from smartunion.engines.casework.rules import Act

KNOWN = Known(
    roles=frozenset({"cadre", "admin", "chair"}),
    policies=frozenset({"casework.answer_days"}),
    outcomes={"counted": frozenset({"count"})},
    prefills={"counted": frozenset({"firm"})},
)

WISH = Definition(
    key="wish",
    title=text("微心愿", "Small wish"),
    category="care",
    subject=text("微心愿：%(kind)s"),
    sections=(
        Section(
            "what",
            text("您的心愿"),
            (
                Field(
                    "kind", FieldKind.CHOICE, text("心愿类别"), in_digest=True,
                    options=(Option("goods", text("物品")), Option("service", text("服务")), Option("other", text("其他"))),
                ),
                Field("which", FieldKind.TEXT, text("是什么"), visible_if=Test("kind", Op.IS, "other")),
                Field("about", FieldKind.TEXTAREA, text("说说情况"), maximum=300),
                Field("people", FieldKind.NUMBER, text("多少人"), is_required=False, minimum=1, maximum=1000, in_digest=True),
            ),
        ),
    ),
    materials=(Material("photo", text("照片"), is_required=False),),
    steps=(
        Step("accept", text("受理"), roles=("cadre",), deadline=Deadline(3, is_working=True), next="do"),
        Step("do", text("办理"), roles=("cadre", "chair"), deadline=Deadline(15), form=(
            Field("done", FieldKind.TEXTAREA, text("办理情况")),
        ), return_to="accept"),
    ),
    reopening=Reopening("do", 30),
)  # fmt: skip

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
WORDS = st.text(alphabet="工会建入职工abc 0%()，", min_size=1, max_size=12).map(
    lambda words: text(words + "字")
)


@st.composite
def questions(draw: st.DrawFn, prefix: str = "f") -> tuple[Field, ...]:
    """Plain questions with fresh keys; each may depend on one asked before it."""
    made: list[Field] = []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(
            st.sampled_from(
                [FieldKind.TEXT, FieldKind.NUMBER, FieldKind.YES_NO, FieldKind.CHOICE, FieldKind.DATE]
            )
        )
        options = (Option("a", text("甲")), Option("b", text("乙"))) if kind is FieldKind.CHOICE else ()
        earlier = [field for field in made if field.kind is FieldKind.YES_NO]
        condition = (
            Test(draw(st.sampled_from(earlier)).key, Op.IS, True) if earlier and draw(st.booleans()) else None
        )
        made.append(
            Field(
                f"{prefix}{number}",
                kind,
                draw(WORDS),
                is_required=draw(st.booleans()),
                options=options,
                visible_if=condition,
            )
        )
    return tuple(made)


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Any service with up to six steps that a designer could save."""
    count = draw(st.integers(1, 6))
    keys = [f"s{number}" for number in range(count)]
    asked = draw(questions())
    steps = []
    for number, key in enumerate(keys):
        later = keys[number + 1 :]
        form = draw(questions(prefix=f"{key}f"))
        who = Who.APPLICANT if number and form and draw(st.booleans()) else Who.DESK
        acts = [
            Act.APPROVE,
            *draw(st.lists(st.sampled_from([Act.REFUSE, Act.RETURN, Act.FORWARD]), unique=True)),
        ]
        branches = tuple(
            Branch(Test(field.key, Op.IS, True), draw(st.sampled_from(later)))
            for field in asked
            if later and field.kind is FieldKind.YES_NO and draw(st.booleans())
        )
        steps.append(
            Step(
                key, draw(WORDS), who, () if who is Who.APPLICANT else ("cadre",), acts=tuple(acts),
                form=form, next=later[0] if later else "", branches=branches,
                deadline=draw(st.none() | st.builds(Deadline, st.integers(1, 60), st.booleans())),
                return_to=draw(st.sampled_from(["", *keys[:number]])),
            )
        )  # fmt: skip
    desk = [step.key for step in steps if step.who is Who.DESK]
    return Definition(
        key=draw(KEYS), title=draw(WORDS), steps=tuple(steps),
        sections=(Section("one", draw(WORDS), asked),) if asked else (),
        reopening=draw(st.none() | st.builds(Reopening, st.sampled_from(desk), st.integers(1, 90))),
        is_rated=draw(st.booleans()),
    )  # fmt: skip
