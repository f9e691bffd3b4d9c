"""Services of programmes."""

from smartunion.systems.programmes.services.degree_subsidy import DEGREE_SUBSIDY, DegreeSubsidyHandler

DEFINITIONS = (DEGREE_SUBSIDY,)
HANDLERS = (DegreeSubsidyHandler(),)
