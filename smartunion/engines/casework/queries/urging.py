"""From when an applicant may ask for speed."""

from datetime import date, timedelta

from smartunion.core.clock import local_date
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.rules import Act
from smartunion.ground.policies import service as policies

#: With these the office has been asked.
_ASKED = (Act.SUBMIT, Act.RESUBMIT, Act.APPEAL, Act.REOPEN, Act.URGE)


def may_urge_from(loaded: Loaded) -> date:
    """The first day on which she may urge: so many days after she sent, appealed or urged last."""
    on = local_date(loaded.at)
    days = int(policies.value("casework.urge_days", path=loaded.case.path, on=on))
    last = loaded.case.events.filter(act__in=_ASKED).order_by("-id").first()
    return local_date(last.at) + timedelta(days=days) if last is not None else on
