"""Where the design guide lives."""

from django.urls import path

from smartunion.site.desk import design

app_name = "design"
urlpatterns = [
    path("", design.guide, name="guide"),
    path("board/", design.board, name="board"),
    path("portal/", design.portal, name="portal"),
]
