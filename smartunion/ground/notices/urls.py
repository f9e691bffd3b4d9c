"""Inbox in the portal and on the desk, and the operator's view of the outbox."""

from django.urls import path

from smartunion.ground.notices import views

app_name = "notices"
urlpatterns = [
    path("messages/", views.messages_page, name="messages"),
    path("messages/<int:notice_id>/open/", views.open_message, name="open"),
    path("messages/read/", views.read_messages, name="read_all"),
    path("desk/messages/", views.inbox_page, name="inbox"),
    path("desk/messages/outbox/", views.outbox, name="outbox"),
    path("desk/messages/outbox/<int:delivery_id>/retry/", views.retry, name="retry"),
    path("desk/messages/outbox/<int:delivery_id>/drop/", views.drop, name="drop"),
]
