"""The designer: edits, drafts, publishing, whose services they are; hostile definitions are refused with their place."""

import json
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.engines.casework import service
from smartunion.engines.casework.definition import (
    DefinitionError,
    Field,
    FieldKind,
    Section,
    check_definition,
    dump,
    parse,
    text,
)
from smartunion.engines.casework.design.editing import EDITS, Gone, applied
from smartunion.engines.casework.design.picture import picture_of
from smartunion.engines.casework.design.reading import Edit
from smartunion.engines.casework.design.sheets import placed, section_sheets, step_sheets
from smartunion.engines.casework.flows import designing
from smartunion.engines.casework.flows.publishing import DefinitionNotSound
from smartunion.engines.casework.models import CaseFile, Service, ServiceDraft, ServiceVersion
from smartunion.engines.casework.queries.designs import differences, written_for
from smartunion.engines.casework.queries.hall import offers
from smartunion.engines.casework.queries.versions import definition_for
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import KNOWN, WISH

NOW = make.NOW


def edit(
    do: str, where: str = "", key: str = "", many: dict[str, list[str]] | None = None, **given: str
) -> Edit:
    return Edit(do, where, key, given, many or {})


TEXTS = st.text(alphabet="工会 ab1×(，,\n", max_size=10)
#: Every part of WISH, and things that are not there.
KEYS = st.sampled_from(
    ["what", "kind", "which", "about", "people", "photo", "accept", "do", "done", "q1", "part1", "step1", "x"]
)
EDIT = st.builds(
    Edit, st.sampled_from(sorted(EDITS)), st.sampled_from(["what", "step:accept", "step:do", "self_test", "gone"]), KEYS,
    st.dictionaries(
        st.sampled_from(["title", "label", "kind", "formula", "options", "columns", "days", "visible_field", "visible_op", "what",
                         "to", "who", "route", "voices", "is_required", "prefill", "minimum", "reopen_to", "next"]),
        TEXTS | st.sampled_from([*(kind.value for kind in FieldKind), "up", "down", "section", "field", "step", "material", "1"]),
    ),
    st.dictionaries(st.sampled_from(["acts", "roles", "apart_from"]), st.lists(st.sampled_from(["approve", "refuse", "cadre", "accept", "king"]))),
)  # fmt: skip


@given(st.lists(EDIT, max_size=12))
def test_any_sequence_of_edits_leaves_a_definition_that_can_be_read_checked_and_shown(
    edits: list[Edit],
) -> None:
    definition = WISH
    for one in edits:
        try:
            definition = applied(definition, one)
        except Gone:
            continue
    assert parse(json.loads(json.dumps(dump(definition)))) == definition
    problems = check_definition(definition, KNOWN)
    assert len(placed(definition, problems)) == len(problems)
    section_sheets(definition, problems)
    step_sheets(definition, problems, [("cadre", "cadre")], [])
    assert len(picture_of(definition).boxes) == len(definition.steps) + 2


def test_a_question_moves_within_its_group_and_on_into_the_next() -> None:
    two = replace(
        WISH,
        sections=(
            *WISH.sections,
            Section("more", text("更多"), (Field("tip", FieldKind.TEXT, text("补充")),)),
        ),
    )

    up = applied(two, edit("move", "what", "about", what="field", to="up"))
    on = applied(two, edit("move", "what", "people", what="field", to="down"))
    edge = applied(two, edit("move", "what", "kind", what="field", to="up"))

    assert [field.key for field in up.fields] == ["kind", "about", "which", "people", "tip"]
    assert [[field.key for field in section.fields] for section in on.sections] == [
        ["kind", "which", "about"],
        ["people", "tip"],
    ]
    assert edge == two


def test_words_keep_keys_and_formulas_are_written_with_labels() -> None:
    options = applied(
        WISH,
        edit(
            "field", "what", "kind", label="类别", kind="choice", options="物品\n技能\n其他", is_required="1"
        ),
    )
    made = applied(WISH, edit("add_field", "what", kind="calc"))
    worked = applied(
        made, edit("field", "what", "q1", label="两倍", kind="calc", formula="多少人 × 2", decimals="0")
    )

    assert [(option.value, option.label.zh) for option in options.fields[0].options] == [
        ("goods", "物品"),
        ("a1", "技能"),
        ("other", "其他"),
    ]
    assert worked.fields[-1].formula == "people × 2"
    assert check_definition(worked, KNOWN) == []


def test_removing_a_step_mends_the_line() -> None:
    rest = applied(replace(WISH, reopening=None), edit("remove", key="accept", what="step"))

    assert [(step.key, step.next, step.return_to) for step in rest.steps] == [("do", "", "")]
    assert check_definition(rest, KNOWN) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda whole: whole["sections"][0].update(fields=[{"key": f"f{n}", "kind": "text", "label": "问"} for n in range(10_000)]), "sections[0].fields"),
        (lambda whole: whole.update(title="长" * 4001), "title"),
        (lambda whole: whole["steps"][0].update(next=["do"]), "steps[0].next"),
        (lambda whole: whole.update(__class__="x"), "__class__"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_with_their_place(change: Any, place: str) -> None:
    whole = dump(WISH)
    change(whole)

    with pytest.raises(DefinitionError) as refusal:
        parse(whole)

    assert refusal.value.field == place


@pytest.fixture
def town(db: None) -> make.World:
    return make.world()


def test_a_cadre_builds_publishes_and_changes_a_service_without_touching_running_cases(
    town: make.World,
) -> None:
    lin, ali = make.acting(town.town_cadre), make.acting(town.ali)
    draft = designing.start_design(owner_path=town.town.path, actor=lin, at=NOW)
    designing.change_design(
        draft_id=draft.pk,
        edit=edit("head", title="借用雨伞", words="伞 下雨", is_listed="1", rung="apply"),
        actor=lin,
        at=NOW,
    )
    first = designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)

    key = first.service.key
    case = service.start_draft(service_key=key, actor=ali, at=NOW, client_id=uuid4())
    again = designing.change_service(service_key=key, owner_path="", actor=lin, at=NOW)
    designing.change_design(
        draft_id=again.pk, edit=edit("add_field", "part1", kind="date"), actor=lin, at=NOW
    )
    second = designing.publish_design(draft_id=again.pk, actor=lin, at=NOW)

    assert (first.number, second.number, second.service_id) == (1, 2, first.service_id)
    assert ServiceDraft.objects.count() == 0
    case = CaseFile.objects.select_related("service_version").get(pk=case.pk)
    assert [field.key for field in definition_for(case).fields] == ["q1"]
    assert [offer.definition.key for offer in offers(ali)] == [key]
    assert offers(make.acting(town.stranger)) == []
    assert Service.objects.get(key=key).owner_path == town.town.path


def test_a_draft_that_cannot_run_is_not_published(town: make.World) -> None:
    lin = make.acting(town.town_cadre)
    draft = designing.start_design(owner_path=town.town.path, actor=lin, at=NOW)
    designing.change_design(
        draft_id=draft.pk, edit=edit("remove", key="step1", what="step"), actor=lin, at=NOW
    )

    with pytest.raises(DefinitionNotSound) as refusal:
        designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)

    assert [problem.place for problem in refusal.value.problems] == ["steps"]
    assert (Service.objects.count(), ServiceDraft.objects.count()) == (0, 1)


def test_services_are_changed_by_those_they_belong_to(town: make.World) -> None:
    make.published(WISH)
    lin, chair = make.acting(town.town_cadre), make.acting(town.xiaobo)

    with pytest.raises(NotAllowed):
        designing.start_design(owner_path=town.county.path, actor=lin, at=NOW)
    with pytest.raises(NotAllowed):
        designing.start_design(owner_path=town.grassroots.path, actor=chair, at=NOW)
    draft = designing.change_service(service_key="wish", owner_path=town.town.path, actor=lin, at=NOW)
    with pytest.raises(NotVisible):
        designing.publish_design(draft_id=draft.pk, actor=chair, at=NOW)
    own = designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)

    assert own.service.based_on is not None
    assert own.service.based_on.key == "wish"
    assert [offer.definition.key for offer in offers(make.acting(town.ali))] == ["wish"]
    assert [offer.owner for offer in offers(make.acting(town.ali))] == [town.town.name]
    assert [offer.owner for offer in offers(make.acting(town.stranger))] == [""]
    assert {(row.service.key, row.kind, row.is_mine) for row in written_for(lin)} == {
        ("wish", "changed", False),
        (own.service.key, "variant", True),
    }
    top = designing.change_service(
        service_key="wish", owner_path="", actor=make.acting(town.county_cadre), at=NOW
    )
    assert (top.service.key if top.service else "", top.owner_path) == ("wish", "")


def test_two_people_at_one_draft_do_not_overwrite_one_another(town: make.World) -> None:
    lin = make.acting(town.town_cadre)
    draft = designing.start_design(owner_path=town.town.path, actor=lin, at=NOW)

    designing.change_design(
        draft_id=draft.pk, edit=edit("add_field", "part1", kind="date"), actor=lin, at=NOW
    )
    designing.change_design(
        draft_id=draft.pk, edit=edit("head", title="借伞"), actor=make.acting(town.county_cadre), at=NOW
    )

    kept = parse(ServiceDraft.objects.get().definition)
    assert (kept.title.zh, [field.key for field in kept.fields], ServiceDraft.objects.get().version) == (
        "借伞",
        ["q1", "q2"],
        3,
    )


def test_publishing_over_a_newer_version_is_refused(town: make.World) -> None:
    version = make.published(WISH)
    county = make.acting(town.county_cadre)
    draft = designing.change_service(service_key="wish", owner_path="", actor=county, at=NOW)
    make.published(replace(WISH, summary=text("新的说明")))

    with pytest.raises(StaleState):
        designing.publish_design(draft_id=draft.pk, actor=county, at=NOW)
    assert ServiceVersion.objects.filter(service=version.service).count() == 2


def test_a_hundred_fields_are_saved_within_a_second(town: make.World) -> None:
    lin = make.acting(town.town_cadre)
    draft = designing.start_design(owner_path=town.town.path, actor=lin, at=NOW)
    big = replace(
        parse(draft.definition),
        sections=tuple(Section(f"part{n}", text("组"), tuple(Field(f"f{n}_{m}", FieldKind.TEXT, text("题")) for m in range(10))) for n in range(10)),
    )  # fmt: skip
    ServiceDraft.objects.filter(pk=draft.pk).update(definition=dump(big))

    start = time.perf_counter()
    designing.change_design(
        draft_id=draft.pk, edit=edit("field", "part3", "f3_4", label="新题", kind="text"), actor=lin, at=NOW
    )

    assert time.perf_counter() - start < 1


def test_what_differs_is_said_line_by_line() -> None:
    new = replace(WISH, title=text("心愿"), steps=WISH.steps)

    assert differences(WISH, new) == [("-", "title：微心愿"), ("+", "title：心愿")]


@pytest.mark.parametrize(
    "part", ["head", "form", "papers", "who", "steps", "parts", "texts", "check", "nonsense"]
)
def test_every_part_of_the_page_is_drawn(town: make.World, client: Client, part: str) -> None:
    lin = make.acting(town.town_cadre)
    draft = designing.import_design(
        content=json.dumps(dump(WISH)).encode(), owner_path=town.town.path, actor=lin, at=NOW
    )
    client.force_login(town.town_cadre)
    address = f"/desk/services/drafts/{draft.pk}/"

    page = client.get(address, {"part": part})
    saved = client.post(
        f"{address}change/", {"do": "add_field", "where": "what", "kind": "money", "part": "form"}
    )

    assert page.status_code == 200
    assert "微心愿" in page.content.decode()
    assert (saved.status_code, saved["Location"]) == (302, f"{address}?part=form&open=q1#part-q1")
    client.force_login(town.ali)
    assert client.get(address).status_code in {302, 403, 404}


def test_one_form_is_sent_on_to_several_services_with_what_is_wrong_at_its_place(
    town: make.World, client: Client
) -> None:
    """A cadre adds a part, is told which question it lacks, answers it from one of hers, and the form sends it."""
    make.published(WISH)
    lin, ali = make.acting(town.town_cadre), make.acting(town.ali)
    draft = designing.start_design(owner_path=town.town.path, actor=lin, at=NOW)
    address = f"/desk/services/drafts/{draft.pk}/"
    client.force_login(town.town_cadre)
    assert "微心愿" in client.get(address, {"part": "parts"}).content.decode()
    added = client.post(f"{address}change/", {"do": "add_feed", "service": "wish", "part": "parts"})
    assert added["Location"] == f"{address}?part=parts&open=wish#part-wish"
    assert (
        client.post(
            f"{address}change/", {"do": "add_feed", "service": "nothing", "part": "parts"}
        ).status_code
        == 404
    )

    with pytest.raises(DefinitionNotSound) as refusal:
        designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)
    assert [problem.place for problem in refusal.value.problems] == ["feeds[0].answers"] * 2
    page = client.get(address, {"part": "parts"}).content.decode()
    assert page.count("心愿类别") >= 2
    check = client.get(address, {"part": "check"}).content.decode()
    assert "?part=parts&amp;open=wish#part-wish" in check

    for one in (
        edit("add_field", "part1", kind="choice"),
        edit("field", "part1", "q2", kind="choice", label="要什么", options="物品", is_required="1"),
        edit(
            "feed", "", "wish", **{"title": "心愿", "map.kind": "q2", "map.about": "q1", "map.people": "gone"}
        ),
    ):
        designing.change_design(draft_id=draft.pk, edit=one, actor=lin, at=NOW)
    kept = parse(ServiceDraft.objects.get().definition)
    assert kept.feeds[0].answers == (("about", "q1"), ("kind", "q2"))
    with pytest.raises(DefinitionNotSound) as refusal:
        designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)
    assert "这里的选项" in str(refusal.value.problems[0])

    goods = replace(kept.sections[0].fields[1], options=WISH.fields[0].options[:1])
    fitting = replace(kept, sections=(replace(kept.sections[0], fields=(kept.sections[0].fields[0], goods)),))
    ServiceDraft.objects.update(definition=dump(fitting))
    made = designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)
    case = service.start_draft(service_key=made.service.key, actor=ali, at=NOW, client_id=uuid4())
    service.save_draft(case_id=case.pk, raw={"q1": "想要一把伞", "q2": "goods"}, actor=ali, at=NOW)
    service.submit(case_id=case.pk, actor=ali, at=NOW)
    part = CaseFile.objects.get(whole=case)
    assert (part.service_key, part.state, part.digest["kind"]) == ("wish", "open", "物品")

    Service.objects.filter(key="wish").update(is_open=False)
    second = service.start_draft(service_key=made.service.key, actor=ali, at=NOW, client_id=uuid4())
    service.save_draft(case_id=second.pk, raw={"q1": "再要一把伞", "q2": "goods"}, actor=ali, at=NOW)
    with pytest.raises(InvalidInput, match="心愿"):
        service.submit(case_id=second.pk, actor=ali, at=NOW)
    assert CaseFile.objects.filter(whole=second).count() == 0
    again = designing.change_service(service_key=made.service.key, owner_path="", actor=lin, at=NOW)
    designing.change_design(
        draft_id=again.pk, edit=edit("remove", key="wish", what="feed"), actor=lin, at=NOW
    )
    assert designing.publish_design(draft_id=again.pk, actor=lin, at=NOW).definition.get("feeds") in (
        None,
        [],
    )
