"""Exchange with other systems: cases sent in, their standing read back, partners told by signed webhooks.

Described for those who build the other side in docs/exchange.md.
"""

import ipaddress
import json
import logging
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import httpx
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes import phone
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.core.reading import get_visible
from smartunion.engines.casework.answers import raw_from_json
from smartunion.engines.casework.casedata import CaseData, Contact
from smartunion.engines.casework.flows.drafts import new_reference
from smartunion.engines.casework.flows.filing import send_complete
from smartunion.engines.casework.flows.loading import Loaded
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.models import Call, CaseFile, SentIn, Webhook
from smartunion.engines.casework.queries.serving import version_at
from smartunion.engines.casework.queries.versions import definition_of
from smartunion.engines.casework.rules import Act, CaseState
from smartunion.engines.casework.telling import last_day, union_name
from smartunion.ground.accounts.flows.partners import actor_of_partner
from smartunion.ground.accounts.models import Partner
from smartunion.ground.notices.senders import signature
from smartunion.ground.registry.queries import people_by_mobile

log = logging.getLogger(__name__)
TIMEOUT_S = 10.0
#: Waits between tries: 1 min, 5 min, 30 min, 2 h, 6 h, then every 12 h; given up after eleven tries, about three days.
WAITS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 360, *(720,) * 5)]
BATCH = 50


@dataclass(frozen=True)
class Incoming:
    """A case of another system: its own number there, the service, whom it is about, the answers by question."""

    external_id: str
    service: str
    name: str
    mobile: str
    answers: Mapping[str, object]


@transaction.atomic
def receive(*, partner: Partner, incoming: Incoming, at: datetime) -> tuple[CaseFile, bool]:
    """Take a case in for the partner's union; returns it and whether it is new: the same number again gives the same case.

    The person is matched by name and phone together and is told like anybody. Raises NotVisible (no such service),
    NotServed, InvalidInput naming external_id, name or mobile, AnswersRefused with every wrong answer.
    """
    known = (
        SentIn.objects.filter(partner=partner, external_id=incoming.external_id)
        .select_related("case")
        .first()
    )
    if known is not None:
        return known.case, False
    contact = _contact(incoming)
    version = version_at(incoming.service, partner.path)
    definition = definition_of(version)
    if definition.audience == "staff" or definition.page or definition.feeds:
        raise NotVisible
    person = next((one for one in people_by_mobile(contact.mobile) if one.name == contact.name), None)
    data = CaseData(form=raw_from_json(definition.fields, incoming.answers), contact=contact)
    case = CaseFile.objects.create(
        client_id=uuid5(NAMESPACE_URL, f"smartunion:{partner.pk}:{incoming.external_id}"), reference=new_reference(local_date(at)),
        service_version=version, service_key=definition.key, title=str(definition.title), state=CaseState.DRAFT,
        person=person, on_behalf=True, path="", data=data.dump(), created_at=at, updated_at=at,
        is_narrow=definition.is_narrow,
    )  # fmt: skip
    actor = actor_of_partner(partner, frozenset())
    SentIn.objects.create(partner=partner, external_id=incoming.external_id, case=case, received_at=at)
    loaded = Loaded(case, definition, data, actor, at, frozenset({Side.APPLICANT}))
    note = _("Sent in by %(partner)s, number there %(number)s.") % {
        "partner": partner.name,
        "number": incoming.external_id,
    }
    case = send_complete(loaded, note=note)
    audit.record(
        actor,
        "casework.case_received",
        case,
        at=at,
        owner_person_id=case.person_id,
        data={"partner": partner.pk},
    )
    return case, True


def _contact(incoming: Incoming) -> Contact:
    if not incoming.external_id.strip():
        raise InvalidInput(_("Give the number the case has with you."), field="external_id")
    found = phone.check_mobile(incoming.mobile)
    if not found.ok:
        raise InvalidInput(found.messages[0], field="mobile")
    if not incoming.name.strip():
        raise InvalidInput(_("Please write the name of the person."), field="name")
    return Contact(squeeze(incoming.name)[:60], found.code)


def case_of(partner: Partner, external_id: str) -> CaseFile:
    """A case this partner sent in. Raises NotVisible."""
    row = (
        SentIn.objects.filter(partner=partner, external_id=external_id)
        .select_related("case__service_version")
        .first()
    )
    if row is None:
        raise NotVisible
    return row.case


def standing(case: CaseFile, external_id: str) -> dict[str, object]:
    """What a partner learns of its case: where it is, by when, why it was refused; no answer and no name."""
    step = str(definition_of(case.service_version).step(case.step).title) if case.step else ""
    return {
        "external_id": external_id, "reference": case.reference, "service": case.service_key, "state": case.state,
        "step": step, "union": union_name(case.path), "due_on": last_day(case.due_at).isoformat() if case.due_at else None,
        "reason": case.decision_reason, "updated_at": case.updated_at.isoformat(), "version": case.version,
        "link": f"{settings.PUBLIC_URL}/status/",
    }  # fmt: skip


def announce(case: CaseFile, act: Act, at: datetime) -> None:
    """Put a message to the partner on its way, in the transaction of the act; nothing for cases of our own."""
    row = (
        SentIn.objects.filter(case=case, partner__is_active=True, partner__webhook__is_active=True)
        .select_related("partner__webhook")
        .first()
    )
    if row is None:
        return
    body = {"event": f"case.{act.value}", "case": standing(case, row.external_id)}
    Call.objects.create(webhook=row.partner.webhook, case=case, body=body, created_at=at, next_at=at)


@transaction.atomic
def set_webhook(*, actor: Actor, partner_id: int, url: str, at: datetime) -> tuple[Webhook, str]:
    """Say where a partner hears of its cases; returns the webhook and its new secret, shown once.

    Raises NotVisible, InvalidInput naming url.
    """
    partner = get_visible(Partner.objects.visible_to(actor), partner_id)
    check_address(url)
    secret = f"whs_{secrets.token_urlsafe(32)}"
    row, _made = Webhook.objects.update_or_create(
        partner=partner, defaults={"url": url, "secret": secret, "is_active": True, "created_at": at}
    )
    audit.record(
        actor,
        "casework.webhook_set",
        row,
        at=at,
        data={"partner": partner.pk, "host": urlsplit(url).hostname},
    )
    return row, secret


@transaction.atomic
def try_again(*, actor: Actor, call_id: int, at: datetime) -> Call:
    """Send a message again that was given up. Raises NotVisible."""
    reach = Webhook.objects.filter(partner__in=Partner.objects.visible_to(actor))
    call = get_visible(Call.objects.filter(webhook__in=reach), call_id)
    Call.objects.filter(pk=call.pk, taken_at=None).update(next_at=at, attempts=0, error="")
    audit.record(actor, "casework.webhook_retried", call, at=at)
    return call


def check_address(url: str) -> None:
    """Only https, and no address of this machine or its own link. Raises InvalidInput naming url."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise InvalidInput(
            _("The address must begin with https:// and hold no password."), field="url",
            remedy=_("Messages name cases, so they travel sealed."),
        )  # fmt: skip
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(parts.hostname, parts.port or 443)}
    except OSError:
        raise InvalidInput(_("No machine is known under this address."), field="url") from None
    for text in found:
        address = ipaddress.ip_address(str(text).partition("%")[0])
        if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
            raise InvalidInput(_("This address leads back to this machine."), field="url")


def deliver_due(*, at: datetime) -> int:
    """Send messages whose time has come, oldest first; safe to run twice. Returns how many were tried."""
    due = Call.objects.filter(
        next_at__lte=at, webhook__is_active=True, webhook__partner__is_active=True
    ).select_related("webhook")
    calls = list(due.order_by("next_at", "pk")[:BATCH])
    for call in calls:
        _deliver(call, at)
    return len(calls)


def _deliver(call: Call, at: datetime) -> None:
    tries = call.attempts + 1
    wait = WAITS[tries - 1] if tries <= len(WAITS) else None
    held = {"attempts": tries, "next_at": at + wait if wait else None}
    # Its place is taken first: a second worker, or a crash in the middle, waits for the next turn.
    if Call.objects.filter(pk=call.pk, attempts=call.attempts, taken_at=None).update(**held) != 1:
        return
    error = _post(call, at)
    if error:
        log.warning("casework.webhook_failed call=%s attempt=%s", call.pk, tries)
        Call.objects.filter(pk=call.pk).update(error=error[:200])
    else:
        Call.objects.filter(pk=call.pk).update(taken_at=at, next_at=None, error="")


def _post(call: Call, at: datetime) -> str:
    body = json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json", "X-SmartUnion-Delivery": str(call.pk), "X-SmartUnion-Timestamp": stamp,
        "X-SmartUnion-Signature": f"sha256={signature(call.webhook.secret or '', stamp, body)}",
    }  # fmt: skip
    try:
        check_address(call.webhook.url)
        answer = httpx.post(call.webhook.url, content=body, headers=headers, timeout=TIMEOUT_S)
    except (InvalidInput, httpx.HTTPError) as error:
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"
