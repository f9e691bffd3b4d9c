"""Every address of the program, assembled from the rooms."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from smartunion.core.web import health
from smartunion.site.api.urls import api
from smartunion.site.preferences import preferences

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("smartunion.site.portal.urls")),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("preferences/", preferences, name="preferences"),
    path("lists/", include("smartunion.core.listing.urls")),
    path("desk/jobs/", include("smartunion.core.jobs.urls")),
    path("", include("smartunion.ground.accounts.urls")),
    path("", include("smartunion.ground.notices.urls")),
    path("desk/policies/", include("smartunion.ground.policies.urls")),
    path("board/", include("smartunion.site.boards.urls")),
    path("", include("smartunion.engines.casework.urls")),
    path("", include("smartunion.engines.offers.urls")),
    path("", include("smartunion.engines.payments.urls")),
    path("", include("smartunion.systems.aid.urls")),
    path("", include("smartunion.systems.mutual.urls")),
    path("", include("smartunion.systems.programmes.urls")),
    path("", include("smartunion.systems.vacancies.urls")),
    path("", include("smartunion.systems.counselling.urls")),
    path("", include("smartunion.systems.guide.urls")),
    path("", include("smartunion.systems.hall.urls")),
    path("desk/coverage/", include("smartunion.systems.organising.coverage_urls")),
    path("desk/matters/", include("smartunion.systems.matters.urls")),
    path("hazards/", include("smartunion.systems.matters.hazard_urls")),
    path("risks/", include("smartunion.systems.matters.risk_urls")),
    path("open311/v2/", include("smartunion.systems.matters.open311_urls")),
    path("wishes/", include("smartunion.systems.matters.wish_urls")),
    path("desk/stewardship/", include("smartunion.systems.stewardship.urls")),
    path("desk/congresses/", include("smartunion.systems.organising.congress_urls")),
    path("letters/", include("smartunion.systems.organising.letter_urls")),
    path("desk/feeds/", include("smartunion.engines.feeds.urls")),
    path("desk/dues/", include("smartunion.systems.dues.urls")),
    path("funds/", include("smartunion.systems.dues.portal_urls")),
    path("", include("smartunion.systems.organising.joining_urls")),
    path("field/", include("smartunion.systems.organising.field_urls")),
    path("desk/import/", include("smartunion.site.desk.import_urls")),
    path("api/v1/", api.urls),
    path("api/docs", RedirectView.as_view(url="/api/v1/docs"), name="api_docs"),
    path("desk/design/", include("smartunion.site.desk.design_urls")),
    path("desk/", include("smartunion.site.desk.urls")),
]

handler400 = "smartunion.core.web.errors.bad_request"
handler403 = "smartunion.core.web.errors.forbidden"
handler404 = "smartunion.core.web.errors.not_found"
handler500 = "smartunion.core.web.errors.server_error"
