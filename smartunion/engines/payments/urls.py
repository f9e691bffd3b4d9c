"""Addresses of the room."""

from django.urls import path

from smartunion.engines.payments.views import funds, lists, own, payables

app_name = "payments"
urlpatterns = [
    path("desk/payments/", payables.owed, name="owed"),
    path("desk/payments/<int:payable_id>/", payables.payable, name="payable"),
    path("desk/payments/<int:payable_id>/payee/", payables.payee, name="payee"),
    path("desk/payments/lists/", lists.all_lists, name="lists"),
    path("desk/payments/lists/new/", lists.new, name="list_new"),
    path("desk/payments/lists/<int:paylist_id>/", lists.one_list, name="list"),
    path("desk/payments/lists/<int:paylist_id>/file/", lists.bank_file, name="bank_file"),
    path("desk/payments/lists/<int:paylist_id>/answers/", lists.answers, name="answers"),
    path("desk/payments/lists/<int:paylist_id>/<str:act>/", lists.act, name="list_act"),
    path("desk/payments/likenesses/", payables.likenesses, name="likenesses"),
    path("desk/payments/likenesses/<int:pair_id>/", payables.likeness, name="likeness"),
    path("desk/funds/", funds.funds, name="funds"),
    path("desk/funds/new/", funds.new, name="fund_new"),
    path("desk/funds/<int:fund_id>/", funds.fund, name="fund"),
    path("desk/funds/<int:fund_id>/receive/", funds.receive, name="receive"),
    path("desk/funds/<int:fund_id>/close/", funds.close, name="fund_close"),
    path("me/payments/", own.mine, name="mine"),
    path("me/payments/<int:payable_id>/account/", own.account, name="own_account"),
]
