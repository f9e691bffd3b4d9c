"""Addresses of the room on the desk."""

from django.urls import path

from smartunion.systems.stewardship.views import (
    correction_batches,
    corrections,
    duplicates,
    identity,
    quality,
)

app_name = "stewardship"
urlpatterns = [
    path("duplicates/", duplicates.home, name="home"),
    path("duplicates/search/", duplicates.start_search, name="search"),
    path("duplicates/<slug:subject>/", duplicates.duplicates, name="duplicates"),
    path("groups/<int:cluster_id>/", duplicates.cluster, name="cluster"),
    path("groups/<int:cluster_id>/next/", duplicates.following, name="next_cluster"),
    path("groups/<int:cluster_id>/merge/", duplicates.merge, name="make_one"),
    path("groups/<int:cluster_id>/apart/", duplicates.keep_apart, name="keep_apart"),
    path("merges/", duplicates.merges, name="merges"),
    path("merges/<int:merge_id>/", duplicates.merged, name="merge"),
    path("merges/<int:merge_id>/undo/", duplicates.undo, name="undo"),
    path("apart/", duplicates.apart, name="apart"),
    path("corrections/", corrections.home, name="corrections_home"),
    path("corrections/departments/", corrections.by_department, name="corrections_by_department"),
    path("corrections/batches/", correction_batches.batch_list, name="correction_batches"),
    path("corrections/batches/<int:decisions_id>/", correction_batches.batch, name="correction_batch"),
    path(
        "corrections/batches/<int:decisions_id>/rows/",
        correction_batches.batch_rows,
        name="correction_batch_items",
    ),
    path(
        "corrections/batches/<int:decisions_id>/undo/",
        correction_batches.undo_batch,
        name="undo_correction_batch",
    ),
    path("corrections/decisions/<int:decision_id>/undo/", corrections.undo, name="undo_correction"),
    path("corrections/<int:correction_id>/", corrections.correction, name="correction"),
    path("corrections/<int:correction_id>/next/", corrections.following, name="next_correction"),
    path("corrections/<int:correction_id>/decide/", corrections.decide, name="decide_correction"),
    path("corrections/<int:correction_id>/answer/", corrections.answer, name="answer_correction"),
    path("corrections/<slug:queue>/", corrections.corrections, name="corrections"),
    path("identity/", identity.home, name="identity_home"),
    path("identity/<int:union_id>/", identity.overview, name="identity"),
    path("identity/<int:union_id>/lists/", identity.lists, name="identity_lists"),
    path("identity/<int:union_id>/lists/new/", identity.make, name="identity_make"),
    path("identity/<int:union_id>/answers/", identity.readings, name="identity_answers"),
    path("quality/", quality.home, name="quality"),
    path("quality/<int:union_id>/", quality.score, name="score"),
    path("quality/<int:union_id>/unions/", quality.scores, name="scores"),
    path("quality/<int:union_id>/faults/<slug:rule>/", quality.faults, name="faults"),
]
