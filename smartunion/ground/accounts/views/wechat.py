"""To WeChat and back."""

import hmac
import secrets

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartunion.core import clock
from smartunion.core.errors import NotVisible
from smartunion.ground.accounts import pending, wechat
from smartunion.ground.accounts.flows import wechat as flows
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.views.steps import go_on, start_again
from smartunion.ground.accounts.web import ActorRequest, safe_next
from smartunion.ground.accounts.wechat import WechatFailed


@never_cache
@require_GET
def start(request: ActorRequest) -> HttpResponse:
    """Send the browser to WeChat; only when configured for this kind of browser."""
    inside = "MicroMessenger" in request.headers.get("User-Agent", "")
    app = wechat.app_for(inside=inside)
    if app is None:
        raise NotVisible
    state = secrets.token_urlsafe(24)
    target = safe_next(request, request.GET.get("next", ""), "")
    pending.keep(request.session, pending.start(clock.now(), state=state, inside=inside, next=target))
    back = request.build_absolute_uri(reverse("accounts:wechat_back"))
    return HttpResponseRedirect(wechat.authorize_url(app, redirect_uri=back, state=state))


@never_cache
@require_GET
def back(request: ActorRequest) -> HttpResponse:
    """WeChat sends the browser here; the state must be the one of this browser, and works once."""
    at = clock.now()
    kept = pending.read(request.session, at)
    pending.drop(request.session)
    if kept is None or not kept.state or not hmac.compare_digest(kept.state, request.GET.get("state", "")):
        return start_again(request)
    code = request.GET.get("code", "")
    app = wechat.app_for(inside=kept.inside)
    if app is None or not code:
        messages.info(
            request, _("You did not agree in WeChat. You can sign in with your phone number as well.")
        )
        return redirect("accounts:signin")
    try:
        identity = wechat.identity_of(app, code)
    except WechatFailed as error:
        messages.error(request, str(error))
        return redirect("accounts:signin")
    user = flows.user_of(identity=identity, at=at)
    if user is not None:
        return go_on(request, pending.start(at, user_id=user.pk, method="wechat", next=kept.next), user)
    if isinstance(request.user, User) and request.user.is_authenticated:
        flows.link(user=request.user, identity=identity, at=at)
        messages.success(request, _("Your WeChat is linked. Next time you can sign in with it."))
        return redirect(kept.next or "accounts:security")
    link = (identity.app_id, identity.open_id, identity.union_id)
    pending.keep(request.session, pending.start(at, wechat=link, next=kept.next))
    messages.info(request, _("Enter your phone number once; after that WeChat alone is enough."))
    return redirect("accounts:signin")
