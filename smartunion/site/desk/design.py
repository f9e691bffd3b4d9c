"""The design guide: every component with real words, for those who build pages."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import NotVisible
from smartunion.core.jobs.models import Job, JobState
from smartunion.site.desk import design_charts


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), max_length=20, help_text=_("As it is printed on the ID card."))
    mobile = forms.RegexField(
        r"^1\d{10}$", label=_("Mobile phone"), help_text=_("Only used to tell you how your application goes."),
        error_messages={"invalid": _("A mobile number has 11 digits and begins with 1. Please check it.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What is it about"),
        choices=[("", _("Please choose")), ("wages", _("Wages")), ("hours", _("Working hours"))],
    )
    way = forms.ChoiceField(
        label=_("How shall we answer"), choices=[("phone", _("By phone")), ("sms", _("By text message"))],
        widget=forms.RadioSelect, required=False,
    )  # fmt: skip
    words = forms.CharField(
        label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    agreed = forms.BooleanField(label=_("I agree that the union uses these data to handle my application."))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The dark board with one panel of each kind."""
    _check_open(request)
    return render(
        request, "desk/design_board.html", {"charts": design_charts.charts(clock.now()), "now": clock.now()}
    )


@require_GET
def portal(request: HttpRequest) -> HttpResponse:
    """The portal's frame with its components."""
    _check_open(request)
    return render(request, "desk/design_portal.html", {"now": clock.now()})


def _check_open(request: HttpRequest) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    if not (settings.DEBUG or settings.DEMO) or not actor.can("settings.edit"):
        raise NotVisible


@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest) -> HttpResponse:
    """All components on one page; posting shows the errors. Development and demo installations only."""
    _check_open(request)
    now = clock.now()
    form = SampleForm(request.POST or None)
    form.is_valid()
    return render(
        request, "desk/design.html",
        {
            "form": form, "now": now, "earlier": now - timedelta(days=2, hours=5),
            "steps": [_("Your details"), _("Papers"), _("Check and send")],
            "tabs": [
                {"label": _("To verify"), "href": "?tab=1", "current": True, "count": 128},
                {"label": _("To do"), "href": "?tab=2", "current": False, "count": 36},
                {"label": _("To work on"), "href": "?tab=3", "current": False, "count": 0},
            ],
            "charts": design_charts.charts(now),
            "failed": Job(
                pk=0, title="会员导入", state=JobState.FAILED, finished_at=now,
                error="第 318 行“身份证号码”少一位。请对照证件改正后重新导入。",
            ),
        },
    )  # fmt: skip
