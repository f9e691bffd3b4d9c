"""The API of this installation: every room's router, assembled once."""

from smartunion.engines.casework.api import router as casework
from smartunion.engines.casework.exchange_api import router as exchange
from smartunion.engines.feeds.api import router as extracts
from smartunion.engines.offers.api import router as offers
from smartunion.ground.accounts.api import router as accounts
from smartunion.ground.accounts.apiauth import AUTH
from smartunion.ground.facts.api import router as facts
from smartunion.ground.notices.api import router as notices
from smartunion.ground.policies.api import router as policies
from smartunion.ground.registry.api import router as registry
from smartunion.site.api.build import build
from smartunion.systems.dues.api import router as dues
from smartunion.systems.guide.api import router as guide
from smartunion.systems.matters.api import router as matters
from smartunion.systems.organising.api import router as organising
from smartunion.systems.organising.join_links_api import router as join_links
from smartunion.systems.organising.joining_api import router as joining
from smartunion.systems.organising.partner_api import router as partner_joins
from smartunion.systems.stewardship.api import router as stewardship
from smartunion.systems.vacancies.api import router as vacancies

joining.add_router("", join_links)

api = build(
    {
        "/me": accounts,
        "/facts": facts,
        "/messages": notices,
        "/policies": policies,
        "/registry": registry,
        "/casework": casework,
        "/exchange": exchange,
        "/guide": guide,
        "/matters": matters,
        "/jobs": vacancies,
        "/offers": offers,
        "/organising": organising,
        "/joining": joining,
        "/exchange/feeds": extracts,
        "/exchange/joining": partner_joins,
        "/dues": dues,
        "/stewardship": stewardship,
    },
    AUTH,
)
