"""A union's own version of a service: free to change, but for what the part of the program behind it relies on; sealed."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest

from smartunion.core.actor import system
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.engines.casework import reach, service
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Section,
    Step,
    check_definition,
    contract_of,
    dump,
    parse,
    text,
)
from smartunion.engines.casework.definitions import SHIPPED
from smartunion.engines.casework.design.editing import applied, bound
from smartunion.engines.casework.design.reading import Edit
from smartunion.engines.casework.flows import designing
from smartunion.engines.casework.flows.publishing import DefinitionNotSound, publish
from smartunion.engines.casework.models import CaseFile, Service, ServiceDraft
from smartunion.engines.casework.queries.designs import written_for
from smartunion.engines.casework.queries.hall import offers
from smartunion.engines.casework.queries.serving import versions_of_filings
from smartunion.engines.casework.queries.versions import definition_of, known_names
from smartunion.engines.casework.tests import factories as make
from smartunion.engines.casework.tests.strategies import WISH
from smartunion.ground.accounts.rules import Role

NOW = make.NOW
EXTRA = Section(
    "ours", text("本县要问的"), (Field("village", FieldKind.TEXT, text("哪个村"), is_required=False),)
)


def places(definition: Definition) -> set[str]:
    return {problem.place for problem in check_definition(definition, known_names())}


def without_question(definition: Definition, key: str) -> Definition:
    sections = tuple(
        replace(section, fields=tuple(field for field in section.fields if field.key != key)) for section in definition.sections
    )  # fmt: skip
    return replace(definition, sections=sections)


def with_question(definition: Definition, key: str, **changes: object) -> Definition:
    sections = tuple(
        replace(section, fields=tuple(replace(field, **changes) if field.key == key else field for field in section.fields))  # type: ignore[arg-type]  # one test, many fields
        for section in definition.sections
    )  # fmt: skip
    return replace(definition, sections=sections)


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_every_ready_service_keeps_what_its_part_of_the_program_needs(key: str) -> None:
    """As it came it is sound; texts, days, questions and papers of one's own are free; nothing needed can go."""
    definition, contract = SHIPPED[key], known_names().contracts[key]
    asked, steps = {field.key for field in definition.fields}, {step.key for step in definition.steps}
    assert contract.questions <= asked
    assert contract.stations <= steps
    assert places(definition) == set()

    own = replace(
        definition, title=text("本县的办法"), texts=(("approved", text("办好了")),), subject=text("本县")
    )
    own = replace(own, steps=tuple(replace(step, deadline=Deadline(9)) for step in own.steps))
    assert places(own) == set()
    asking = replace(own, sections=(*own.sections, EXTRA))
    added = f"sections[{len(own.sections)}].fields[0]"
    assert places(asking) == ({added} if definition.page else set())

    for field in definition.fields:
        if contract.keeps_question(field.key):
            assert "fields" in places(without_question(definition, field.key)), field.key
    for step in definition.steps:
        if contract.keeps_step(step):
            rest = applied(definition, Edit("remove", key=step.key, given={"what": "step"}))
            assert "steps" in places(rest), step.key
    if definition.is_narrow:
        assert "is_narrow" in places(replace(definition, is_narrow=False))
    if contract.sealed:
        opened = tuple(replace(step, roles=(*step.roles, "cadre")) for step in definition.steps)
        assert "steps[0].roles" in places(replace(definition, steps=opened))


def test_a_kept_question_stays_as_strict_as_it_came() -> None:
    claim = SHIPPED["model_worker_aid"]

    for changes, place in (
        ({"kind": FieldKind.TEXT, "options": ()}, "kind"),
        ({"options": SHIPPED["model_worker_aid"].fields[0].options[:2]}, "options"),
        ({"is_required": False}, "is_required"),
    ):
        assert f"sections[0].fields[0].{place}" in places(with_question(claim, "honour", **changes))
    assert places(with_question(claim, "living", maximum=5000)) == {"sections[0].fields[3].maximum"}
    assert places(with_question(claim, "income", minimum=None)) == {"sections[0].fields[2].minimum"}
    assert places(with_question(claim, "honour", label=text("获得过什么称号"))) == set()
    decide = claim.steps[1]
    together = replace(claim, steps=(claim.steps[0], replace(decide, apart_from=())))
    assert places(together) == {"steps[1].apart_from"}
    moved = replace(claim, steps=(replace(claim.steps[0], outcome="give"), decide))
    assert places(moved) == {"steps[0].outcome"}
    assert places(replace(claim, steps=(claim.steps[0], replace(decide, form=())))) == {"steps[1].form"}


def test_a_step_of_ones_own_stands_between_and_the_order_stays() -> None:
    founding = SHIPPED["found_union"]
    first, *rest = founding.steps
    look = Step("county", text("县里会商"), roles=("cadre",), deadline=Deadline(5), next=first.next)
    assert places(replace(founding, steps=(replace(first, next="county"), look, *rest))) == set()
    turned = applied(founding, Edit("move", key="approve", given={"what": "step", "to": "up"}))
    assert "steps[3]" in places(turned)


def test_another_service_cannot_borrow_a_part_of_the_program() -> None:
    assert "handler" in places(replace(SHIPPED["data_deletion"], key="own_x", page=""))


@pytest.fixture
def town(db: None) -> make.World:
    return make.world()


def ship(key: str) -> Service:
    return make.published(SHIPPED[key]).service


def test_a_towns_own_certificate_is_issued_by_the_same_part_of_the_program(town: make.World) -> None:
    ship("membership_proof")
    lin, ali = make.acting(town.town_cadre), make.acting(town.ali)
    draft = designing.change_service(
        service_key="membership_proof", owner_path=town.town.path, actor=lin, at=NOW
    )
    for do, where, given in (
        ("head", "", {"title": "开桃源会员证明", "rung": "one_tap", "is_narrow": "", "is_listed": "1"}),
        ("add_field", "what", {"kind": "yes_no"}),
        ("field", "what", {"kind": "yes_no", "label": "要纸质的吗"}),
    ):
        edit = Edit(do, where, "q1" if do == "field" else "", given)
        designing.change_design(draft_id=draft.pk, edit=edit, actor=lin, at=NOW)
    assert (
        designing.change_service(
            service_key="membership_proof", owner_path=town.town.path, actor=lin, at=NOW
        ).pk
        == draft.pk
    )
    own = designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)

    case = service.start_draft(service_key="membership_proof", actor=ali, at=NOW, client_id=uuid4())
    sent = service.submit(case_id=case.pk, actor=ali, at=NOW)

    assert (own.service.based_on_id is not None, own.definition["key"]) == (True, "membership_proof")
    assert (sent.service_key, sent.state, sent.title) == ("membership_proof", "approved", "开桃源会员证明")
    assert sent.service_version_id == own.pk
    assert [(one.definition.title.zh, one.owner) for one in offers(ali)] == [
        ("开桃源会员证明", town.town.name)
    ]
    elsewhere = service.start_draft(
        service_key="membership_proof", actor=make.acting(town.stranger), at=NOW, client_id=uuid4()
    )
    assert elsewhere.service_version_id != own.pk

    # The next version of it is begun from it, also when the service above is asked for.
    again = designing.change_service(
        service_key="membership_proof", owner_path=town.town.path, actor=lin, at=NOW
    )
    assert again.service_id == own.service_id
    ServiceDraft.objects.all().delete()
    # The county's own version serves its other towns; where a town has one, that is the nearer.
    county = designing.change_service(
        service_key=own.service.key, owner_path=town.county.path, actor=make.acting(town.county_cadre), at=NOW
    )
    assert county.service_id in {None, own.service_id}
    about = [(town.grassroots, None), (town.next_town, None)]
    assert [one.pk == own.pk for one in versions_of_filings("membership_proof", about)] == [True, False]


def test_a_design_without_what_is_needed_is_refused_with_its_place(town: make.World) -> None:
    ship("data_deletion")
    lin = make.acting(town.town_cadre)
    draft = designing.change_service(
        service_key="data_deletion", owner_path=town.town.path, actor=lin, at=NOW
    )
    designing.change_design(
        draft_id=draft.pk, edit=Edit("remove", "what", "what", {"what": "field"}), actor=lin, at=NOW
    )

    with pytest.raises(DefinitionNotSound) as refusal:
        designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)

    assert [problem.place for problem in refusal.value.problems] == ["fields"]
    assert "请删除" in str(refusal.value.problems[0])
    assert Service.objects.count() == 1


def test_a_file_of_a_tied_service_becomes_ones_own_version_and_a_copy_is_untied(town: make.World) -> None:
    ship("data_deletion")
    lin, county = make.acting(town.town_cadre), make.acting(town.county_cadre)
    content = json.dumps(dump(replace(SHIPPED["data_deletion"], summary=text("改过的")))).encode()

    below = designing.import_design(content=content, owner_path=town.town.path, actor=lin, at=NOW)
    top = designing.import_design(content=content, owner_path=town.county.path, actor=county, at=NOW)
    copy = parse(
        designing.copy_service(
            service_key="data_deletion", owner_path=town.town.path, actor=lin, at=NOW
        ).definition
    )

    assert (below.stands_for.key if below.stands_for else "", below.definition["key"]) == (
        "data_deletion",
        "data_deletion",
    )
    assert (top.service.key if top.service else "", top.owner_path) == ("data_deletion", "")
    assert (copy.handler, copy.steps[0].outcome, copy.key[:4]) == ("", "", "own_")
    assert check_definition(copy, known_names()) == []


def test_ones_own_version_of_a_sealed_service_is_sealed(
    town: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "SEALED", {"wish": frozenset({"aid"})})
    monkeypatch.setattr("smartunion.engines.casework.queries.versions.SHIPPED", {})
    private = replace(WISH, is_narrow=True, steps=tuple(replace(step, roles=("aid",)) for step in WISH.steps))
    make.published(private)
    lin, ali = make.acting(town.town_cadre), make.acting(town.ali)
    aid = make.acting(make.user("帮扶员", role=Role.AID, at=town.town))
    draft = designing.change_service(service_key="wish", owner_path=town.town.path, actor=lin, at=NOW)
    own = designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)
    begun = service.start_draft(service_key=own.service.key, actor=ali, at=NOW, client_id=uuid4())
    service.save_draft(case_id=begun.pk, raw={"kind": "goods", "about": "病了"}, actor=ali, at=NOW)
    CaseFile.objects.filter(pk=begun.pk).update(state="open", step="accept", path=town.town.path)

    seen = [CaseFile.objects.at_desk(who).count() for who in (lin, aid, make.acting(town.county_cadre))]

    assert (CaseFile.objects.get().service_version_id, seen) == (own.pk, [0, 1, 0])
    assert [row.can_copy for row in written_for(lin)] == [False, False]
    with pytest.raises(InvalidInput):
        designing.copy_service(service_key="wish", owner_path=town.town.path, actor=lin, at=NOW)
    with pytest.raises(NotAllowed):  # nobody renames it into another kind
        publish(definition=replace(private, key="own_y"), actor=lin, at=NOW, owner_path=town.town.path,
                service_key=own.service.key)  # fmt: skip


def test_old_versions_of_ones_own_are_named_by_their_kind(town: make.World) -> None:
    from importlib import import_module

    from django.apps import apps

    ship("request")
    lin, ali = make.acting(town.town_cadre), make.acting(town.ali)
    draft = designing.change_service(service_key="request", owner_path=town.town.path, actor=lin, at=NOW)
    own = designing.publish_design(draft_id=draft.pk, actor=lin, at=NOW)
    case = service.start_draft(service_key="request", actor=ali, at=NOW, client_id=uuid4())
    own.definition = own.definition | {"key": own.service.key}
    own.save(update_fields=["definition"])
    CaseFile.objects.filter(pk=case.pk).update(service_key=own.service.key)

    import_module("smartunion.engines.casework.migrations.0010_kind_of_own_versions").name_the_kind(
        apps, None
    )

    own.refresh_from_db()
    assert (CaseFile.objects.get().service_key, definition_of(own).key) == ("request", "request")


def test_words_of_needed_answers_change_and_their_values_stay() -> None:
    """What the program tells apart keeps its stored values under other words; a new answer is refused."""
    wish, contracts = SHIPPED["model_worker_aid"], known_names().contracts
    given = {
        "kind": "choice",
        "label": "称号",
        "is_required": "1",
        "options": "国家级劳模\n省级劳动模范\n市级劳动模范",
    }

    words = applied(wish, Edit("field", "honour", "honour", given))
    kept = bound(wish, words, contract_of(wish, contracts))
    more = bound(
        wish,
        applied(wish, Edit("field", "honour", "honour", {**given, "options": "甲\n乙"})),
        contract_of(wish, contracts),
    )

    assert [(one.value, one.label.zh) for one in kept.fields[0].options] == [
        ("national", "国家级劳模"), ("provincial", "省级劳动模范"), ("city", "市级劳动模范"),
    ]  # fmt: skip
    assert places(kept) == set()
    assert places(more) == {"sections[0].fields[0].options"}


def test_ready_services_that_feed_others_ask_what_those_must_know() -> None:
    for definition in SHIPPED.values():
        known = replace(known_names(), services=SHIPPED)
        assert check_definition(definition, known) == [], definition.key


def test_what_a_form_sends_along_asks_nothing_more_that_must_be_answered() -> None:
    """The form of wages owed sends mediation along: a question mediation adds may be left open, or nobody could send it."""
    mediation = SHIPPED["mediation"]
    must = replace(EXTRA, fields=(replace(EXTRA.fields[0], is_required=True),))
    asking, open_left = (
        replace(mediation, sections=(*mediation.sections, section)) for section in (must, EXTRA)
    )
    known = replace(known_names(), feeders=(SHIPPED["wages_owed"],))

    [problem] = check_definition(asking, known)

    assert problem.place == f"sections[{len(mediation.sections)}].fields[0].is_required"
    assert (str(SHIPPED["wages_owed"].title) in problem.message, "哪个村" in problem.message) == (True, True)
    assert check_definition(open_left, known) == check_definition(mediation, known) == []


@pytest.mark.django_db
def test_a_county_cannot_publish_what_would_stop_the_form_that_sends_it_along() -> None:
    county = make.world()
    for key in ("mediation", "legal_aid", "wages_owed"):
        make.published(SHIPPED[key])
    must = replace(EXTRA, fields=(replace(EXTRA.fields[0], is_required=True),))
    mediation = SHIPPED["mediation"]

    with pytest.raises(DefinitionNotSound) as refusal:
        publish(
            definition=replace(mediation, sections=(*mediation.sections, must)), actor=system(), at=NOW,
            owner_path=county.county.path, stands_for=Service.objects.get(key="mediation"), service_key="ours",
        )  # fmt: skip

    assert refusal.value.field == f"sections[{len(mediation.sections)}].fields[0].is_required"
    assert not Service.objects.filter(key="ours").exists()
