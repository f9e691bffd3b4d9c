"""Where the pages of a drive hang."""

from typing import Any

from django import template

from smartunion.systems.organising.models import JoiningDrive

register = template.Library()


@register.inclusion_tag("organising/drive/_crumbs.html", takes_context=True)
def drive_crumbs(context: Any, drive: JoiningDrive) -> dict[str, Any]:
    """The places above a page of a drive; whoever leads no drives (a leader of the place) is not sent to their pages."""
    return {"drive": drive, "leads": context["actor"].can("drives.manage")}
