"""What the definition of the hardship file cannot say: standards, the calculation beside the case, the archive."""

from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, PrefillAsk, Result, ServiceHandler
from smartunion.engines.casework.rules import Act
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.aid.flows import archive
from smartunion.systems.aid.models import HardshipFile
from smartunion.systems.aid.queries.standards import levels_of, standards_of
from smartunion.systems.aid.queries.years import Year, household_of
from smartunion.systems.aid.rules.reviews import Level, Levels, is_last
from smartunion.systems.aid.services.hardship_file import HARDSHIP_FILE


class HardshipFileHandler(ServiceHandler):
    """Keeps the file in step with its application."""

    key = "hardship_file"
    outcomes = frozenset({"reviewed"})
    questions = frozenset(field.key for field in HARDSHIP_FILE.fields)
    stations = frozenset(step.key for step in HARDSHIP_FILE.steps)
    prefills = frozenset({"reviews"})

    def prefill(self, ask: PrefillAsk) -> Values:
        """Which reviews apply to the applicant's union."""
        union = casework.own_union(ask.actor.person_id)
        return {"reviews": levels_of(union.path if union else "", local_date(ask.at)).value}

    def check(self, run: CaseRun) -> list[AnswerProblem]:
        """A member, without a running file, who pledges; the standard of the place is entered."""
        union = casework.own_union(run.case.person_id)
        if run.case.person_id is None or union is None:
            return [
                AnswerProblem(
                    "members", _("The archive is for members. Join a union first; it takes a few minutes.")
                )
            ]
        if run.form.get("pledge") is not True:
            return [AnswerProblem("pledge", _("Without the pledge the union cannot review the application."))]
        if run.form.get("reviews") != levels_of(union.path, local_date(run.at)).value:
            return [
                AnswerProblem("reviews", _("The reviews of your union have changed. Begin the form again."))
            ]
        others = HardshipFile.objects.of(run.case.person_id).running().exclude(case=run.case)
        if others.exists():
            return [AnswerProblem("members", _("You have a file already. See “My aid” for where it stands."))]
        try:
            year_for(run, union)
        except DomainError as missing:
            return [AnswerProblem("members", str(missing))]
        return []

    def approve(self, outcome: str, run: CaseRun) -> Result:
        """Keep the review; after the last one the file is open. Raises InvalidInput when there is no difficulty."""
        file = HardshipFile.objects.get(case=run.case)
        level = Level(run.case.step)
        _keep(
            run,
            file,
            level,
            is_agreed=True,
            opinion=str(run.data.steps[level.value][f"opinion_{level.value}"]),
        )
        if is_last(level, Levels(str(run.form["reviews"]))):
            archive.open_file(file=file, actor=run.actor, at=run.at)
        return Result()

    def changed(self, run: CaseRun, act: Act) -> None:
        """Open the review when sent or appealed, keep corrected numbers, close it when refused or withdrawn."""
        file = HardshipFile.objects.filter(case=run.case).first()
        if act in {Act.SUBMIT, Act.APPEAL}:
            _open(run)
        elif file is None:
            return
        elif act is Act.RESUBMIT:
            archive.supplement(file=file, year=year_for(run, file.union), actor=run.actor, at=run.at)
        elif act is Act.REFUSE:
            event = run.case.events.order_by("pk").last()
            level = event.step if event is not None and event.step in Level.values else Level.CENTRE
            _keep(run, file, Level(level), is_agreed=False, opinion=run.case.decision_reason)
            archive.refuse_file(file=file, reason=run.case.decision_reason, actor=run.actor, at=run.at)
        elif act is Act.WITHDRAW:
            archive.refuse_file(file=file, reason=_("Withdrawn by herself"), actor=run.actor, at=run.at)

    def panels(self, run: CaseRun) -> list[Panel]:
        """The calculation, line by line, and the reviews so far."""
        file = HardshipFile.objects.filter(case=run.case).first()
        year = archive.latest_year(file) if file is not None else None
        if file is None or year is None:
            return []
        found = year.assessment
        lines = [Fact(one.label, one.formula, fits=one.holds) for one in found.lines]
        lines.append(Fact(_("Category"), str(found.category.label)))
        reviews = [
            Fact(
                str(row.get_level_display()),
                f"{row.reviewer} · {row.union_name} · {local_date(row.at)}",
                row.opinion,
                row.is_agreed,
            )
            for row in file.reviews.order_by("pk")
        ]
        note = _("Standard: %(source)s") % {"source": year.standards.source}
        panels = [Panel(_("Calculation"), lines, note)]
        return [*panels, Panel(_("Reviews"), reviews)] if reviews else panels


def year_for(run: CaseRun, union: TradeUnion) -> Year:
    """The household of the answers with the standards of her union today. Raises StandardMissing."""
    members = run.form.get("members")
    return Year(
        household_of(run.form),
        standards_of(union.path, local_date(run.at)),
        members if isinstance(members, list) else [],
        str(run.form.get("cause") or ""),
    )


def _open(run: CaseRun) -> None:
    union = casework.own_union(run.case.person_id)
    assert union is not None  # checked before it was sent
    assert run.case.person is not None
    archive.open_review(
        case=run.case,
        person=run.case.person,
        union=union,
        year=year_for(run, union),
        actor=run.actor,
        at=run.at,
    )


def _keep(run: CaseRun, file: HardshipFile, level: Level, *, is_agreed: bool, opinion: str) -> None:
    here = TradeUnion.objects.filter(path=run.case.path).values_list("name", flat=True).first() or ""
    archive.keep_review(
        file=file,
        level=level,
        is_agreed=is_agreed,
        opinion=opinion,
        union_name=here,
        actor=run.actor,
        at=run.at,
    )
