"""Letting go of what has served its purpose. Source: Personal Information Protection Law art. 19, shortest keeping."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from smartunion.ground.accounts.models import Attempt, PhoneCode, SignIn


def tidy(*, at: datetime) -> dict[str, int]:
    """Delete codes a day after their end, counts a day after their window, sessions past their end; safe to repeat."""
    day_ago = at - timedelta(days=1)
    codes, _by_model = PhoneCode.objects.filter(expires_at__lt=day_ago).delete()
    counts, _by_model = Attempt.objects.filter(window_ends_at__lt=day_ago).delete()
    sessions, _by_model = Session.objects.filter(expire_date__lt=at).delete()
    live = Session.objects.values("session_key")
    lists, _by_model = SignIn.objects.filter(started_at__lt=day_ago).exclude(session_key__in=live).delete()
    return {"codes": codes, "counts": counts, "sessions": sessions, "sign_ins": lists}
