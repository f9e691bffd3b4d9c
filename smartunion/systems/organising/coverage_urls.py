"""Addresses of coverage on the desk."""

from django.urls import path

from smartunion.systems.organising.views import (
    areas,
    batches,
    coverage,
    duty,
    handovers,
    invitations,
    ledger,
    plans,
)

app_name = "coverage"
urlpatterns = [
    path("lists/", coverage.lists, name="lists"),
    path("lists/<slug:name>/", coverage.work_list, name="list"),
    path("findings/<int:finding_id>/", coverage.finding, name="finding"),
    path("findings/<int:finding_id>/postpone/", coverage.postpone, name="postpone"),
    path("findings/<int:finding_id>/invite/", invitations.invite, name="invite"),
    path("findings/<int:finding_id>/invite.<slug:kind>", invitations.invite_file, name="invite_file"),
    path("findings/<int:finding_id>/<slug:act>/", coverage.decide, name="decide"),
    path("links/<int:link_id>/", coverage.link, name="link"),
    path("links/<int:link_id>/judge/", coverage.judge, name="judge"),
    path("comparisons/", coverage.runs, name="runs"),
    path("comparisons/rules/", coverage.rules, name="rules"),
    path("comparisons/labels/", coverage.labels, name="labels"),
    path("comparisons/start/", coverage.start_run, name="start_run"),
    path("comparisons/<int:run_id>/", coverage.run, name="run"),
    path("areas/", areas.area_list, name="areas"),
    path("areas/new/", areas.new_area, name="new_area"),
    path("areas/plans/", plans.plan_list, name="plans"),
    path("areas/plans/<int:plan_id>/", plans.plan, name="plan"),
    path("areas/plans/<int:plan_id>/<slug:act>/", plans.change, name="change_plan"),
    path("areas/<int:area_id>/", areas.area, name="area"),
    path("areas/<int:area_id>/edit/", areas.edit_area, name="edit_area"),
    path("areas/<int:area_id>/organiser/", areas.assign, name="assign"),
    path("quarter/", duty.quarter, name="quarter"),
    path("quarter/<str:quarter>/", duty.quarter, name="quarter_of"),
    path("handovers/<int:handover_id>/", handovers.handover, name="handover"),
    path("handovers/<int:handover_id>/give/", handovers.give, name="give"),
    path("handovers/<int:handover_id>/take/", handovers.take, name="take"),
    path("handovers/<int:handover_id>/note/", handovers.note, name="handover_note"),
    path("ledgers/", ledger.ledgers, name="ledgers"),
    path("ledgers/<int:region_id>/", ledger.ledger, name="ledger"),
    path("ledgers/<int:region_id>/ledger.pdf", ledger.ledger_paper, name="ledger_paper"),
    path("verdicts/", batches.batch_list, name="batches"),
    path("verdicts/<int:verdict_id>/", batches.batch, name="batch"),
    path("verdicts/<int:verdict_id>/undo/", batches.undo, name="undo_batch"),
]
