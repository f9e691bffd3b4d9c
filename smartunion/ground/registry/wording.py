"""The registry's audit events in words, for histories on pages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.audit.events import label_of
from smartunion.core.audit.models import AuditEvent
from smartunion.ground.registry.models import Employer, Officer, TradeUnion
from smartunion.ground.registry.rules import PostEnd

EVENTS: dict[str, str | Promise] = {
    "registry.union_created": _("Union set up"),
    "registry.union_updated": _("Record changed"),
    "registry.union_renamed": _("Renamed"),
    "registry.union_activated": _("Election approved; the union stands"),
    "registry.union_moved": _("Moved in the tree"),
    "registry.union_closed": _("Union closed"),
    "registry.union_merge_decided": _("Merger decided"),
    "registry.union_merge_done": _("Merger carried out"),
    "registry.union_merge_received": _("Took over a merged union"),
    "registry.union_merge_undone": _("Merger taken back"),
    "registry.union_split_decided": _("Split decided"),
    "registry.union_split_done": _("Split carried out"),
    "registry.union_split_received": _("Began by a split"),
    "registry.union_split_undone": _("Split taken back"),
    "registry.restructuring_carried_on": _("Merger or split carried on where it had stopped"),
    "registry.employer_absorb_decided": _("Goes into another employer: decided"),
    "registry.employer_absorb_done": _("Went into another employer"),
    "registry.employer_absorb_received": _("Took over another employer"),
    "registry.employer_absorb_undone": _("Merger of employers taken back"),
    "registry.employer_hive_off_decided": _("Part goes to another employer: decided"),
    "registry.employer_hive_off_done": _("Part went to another employer"),
    "registry.employer_hive_off_received": _("Took over part of another employer"),
    "registry.employer_hive_off_undone": _("Split of an employer taken back"),
    "registry.employer_linked": _("Coverage of an employer began"),
    "registry.employer_unlinked": _("Coverage of an employer ended"),
    "registry.employer_link_resumed": _("Coverage of an employer runs on after all"),
    "registry.term_set": _("Term of office entered"),
    "registry.term_postponed": _("Re-election put off"),
    "registry.post_ended": _("A post ended within its term"),
    "registry.chair_full_time": _("Whether the chair is full-time was noted"),
    "registry.post_identified": _("It is known which member holds a post"),
    "registry.post_restored": _("A post runs on after all"),
    "registry.by_elected": _("By-election entered"),
    "registry.certificate_issued": _("Certificate issued"),
    "registry.certificate_issued_change": _("Legal-person certificate changed"),
    "registry.certificate_issued_renewal": _("Legal-person certificate renewed"),
    "registry.certificate_issued_replacement": _("Lost certificate replaced"),
    "registry.certificate_cancelled": _("Certificate cancelled"),
    "registry.certificate_change_due": _("Legal-person certificate must be changed"),
    "registry.contact_revealed": _("Telephone number looked at"),
    "registry.employer_created": _("Entered into the registry"),
    "registry.employer_updated": _("Record changed"),
    "registry.employer_closed": _("Out of business"),
    "registry.person_entered": _("Entered into the registry"),
    "registry.person_completed": _("Record completed"),
    "registry.person_updated": _("Record changed"),
    "registry.person_corrected": _("Record corrected"),
    "registry.person_erased": _("Personal data deleted"),
    "registry.field_revealed": _("Looked at in clear"),
    "registry.form_printed": _("Registration form printed in clear"),
    "registry.membership_started": _("Membership started"),
    "registry.membership_batch_begun": _("One change for many members begun"),
    "registry.membership_batch_undone": _("One change for many members taken back"),
    "registry.membership_retained": _("Membership retained"),
    "registry.membership_activated": _("Membership active"),
    "registry.membership_moved": _("Membership moved"),
    "registry.membership_ended": _("Membership ended"),
    "registry.membership_employer_changed": _("Employer changed, same union"),
    "registry.membership_corrected": _("A day of the membership put right"),
    "registry.membership_end_taken_back": _("Ending of the membership taken back"),
    "registry.platform_work_begun": _("Work for a platform began"),
    "registry.platform_work_ended": _("Work for a platform ended"),
    "registry.transfer_asked": _("Transfer asked for"),
    "registry.transfer_passed_on": _("Transfer not answered in time, passed to the union above"),
    "registry.transfer_accepted": _("Transfer accepted"),
    "registry.transfer_refused": _("Transfer refused"),
    "registry.transfer_member_asked": _("The member was asked what is missing for her transfer"),
    "registry.transfer_answered": _("The member answered about her transfer"),
    "registry.transfer_withdrawn": _("Transfer withdrawn"),
    "registry.transfer_done": _("Transfer done"),
    "registry.people_merged": _("Records of one person made one"),
    "registry.employers_merged": _("Records of one employer made one"),
    "registry.unions_merged": _("Records of one union made one"),
    "registry.merge_undone": _("Records parted again"),
    "registry.consent_given": _("Consent given"),
    "registry.consent_withdrawn": _("Consent withdrawn"),
}
#: Names of fields in an event's data.
FIELDS: dict[str, str | Promise] = {
    "name": _("Name"), "resident_id": _("ID number"), "mobile": _("Mobile number"),
    "mobile_tail": "", "sex": _("Sex"),
    "birth_date": _("Birth date"), "education": _("Education"), "ethnicity": _("Ethnicity"),
    "political_status": _("Political status"), "employment_status": _("Employment"), "skill_grade": _("Skill grade"),
    "hukou_type": _("Household type"), "hukou_place": _("Household place"), "native_place": _("Native place"),
    "is_migrant": _("Migrant worker"), "is_new_form": _("New-form worker"), "trade": _("Trade"),
    "address": _("Address"), "contact_name": _("Head"), "contact_phone": _("Telephone"), "uscc": _("Credit code"),
    "founded_on": _("Founded on"), "founding_mode": _("Way of founding"), "region_id": _("Place"), "region": _("Place"),
    "external_id": _("Number in the source"), "entity_id": _("Number in the business register"), "state": _("State"),
    "old_reg_no": _("15-digit registration number"), "insured_count": _("Insured people"),
    "staff_count": _("Staff"), "industry": _("Industry"),
    "unit_nature": _("Nature of unit"), "economic_type": _("Economic type"), "legal_person": _("Legal representative"),
    "is_platform": _("Platform company"), "started_on": _("First day of the membership"),
    "ended_on": _("Last day of the membership"),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One event as a page shows it: what, to which fields, who, when (an instant, or the day it took effect), why, what to open."""

    title: str
    fields: str
    who: str
    at: datetime | date
    reason: str
    href: str = ""


def told_of_union(events: Iterable[AuditEvent]) -> list[Told]:
    """A union's events in words: whose post, which employer, which term or certificate, who has the members of a closed
    one. Four statements.
    """
    rows = list(events)
    posts = Officer.objects.in_bulk(
        {row.data["post"] for row in rows if isinstance(row.data.get("post"), int)}
    )
    firms = {row.data["employer"] for row in rows if isinstance(row.data.get("employer"), int)}
    names = dict(Employer.objects.filter(pk__in=firms).values_list("pk", "name"))
    heirs = {row.data["to"] for row in rows if row.data.get("people") and isinstance(row.data.get("to"), int)}
    unions = dict(TradeUnion.objects.filter(pk__in=heirs).values_list("pk", "name"))
    return told(rows, lambda data: joined_by_dots(_of_union(data, posts, names), _went_to(data, unions)))


def joined_by_dots(*parts: str) -> str:
    """What there is to say, in one line."""
    return " · ".join(filter(None, parts))


def _went_to(data: dict[str, Any], unions: Mapping[int, str]) -> str:
    """Who has the people of a union that closed; "" where it had none."""
    heir = unions.get(data.get("to", 0))
    if heir is None or not data.get("people"):
        return ""
    words = {
        "retained_above": _("membership of %(count)s people kept by %(union)s"),
        "moved": _("%(count)s people went to %(union)s"),
    }.get(data.get("members", ""), "")
    return words % {"count": data["people"], "union": heir} if words else ""


def _of_union(data: dict[str, Any], posts: Mapping[int, Officer], names: Mapping[int, str]) -> str:
    post, parts = posts.get(data.get("post", 0)), []
    if post is not None:
        parts = [post.name or "–", str(post.get_organ_display()), str(post.get_post_display())]
    parts += filter(None, [names.get(data.get("employer", 0))])
    if "restructuring" in data and isinstance(data.get("to"), str):
        parts.append(data["to"])
    if "ordinal" in data:
        parts.append(_("Term %(number)s") % {"number": data["ordinal"]})
    parts += [str(data[name]) for name in ("number", "on") if data.get(name)]
    if data.get("why") in PostEnd.values:
        parts.append(str(PostEnd(data["why"]).label))
    return joined_by_dots(*parts)


def told(
    events: Iterable[AuditEvent], more: Callable[[dict[str, Any]], str] = lambda data: ""
) -> list[Told]:  # fmt: skip
    """Events in words, whichever room they are of. more: what else an event's data say."""
    return [
        Told(
            label_of(event.event),
            _fields(event) or more(event.data),
            event.actor_name,
            event.at,
            event.reason,
        )
        for event in events
    ]


def _fields(event: AuditEvent) -> str:
    data = event.data
    is_person = event.subject_type in {"registry.person", "registry.membership"}
    words = FIELDS if is_person else {**FIELDS, "name": pgettext_lazy("organisation", "Name")}
    names = list(data.get("fields", ())) + ([data["field"]] if "field" in data else [])
    if "from" in data and isinstance(data["from"], str):
        return f"{data['from']} → {data.get('to') or data.get('until', '')}"
    return "、".join(said for name in names if (said := str(words.get(name, name))))


def head_in_words(head: str, gone_name: str | None, gone_on: date | None) -> str:
    """The head of a union as its record names her; of a union without chair, since when the post is vacant.

    gone_name, gone_on: the chair who left and whom nobody follows yet, and when. Whoever else is named acts for her.
    """
    if gone_on is None:
        return head
    if head in {"", gone_name}:
        return str(_("vacant since %(day)s")) % {"day": gone_on.isoformat()}
    return str(_("%(head)s (chair vacant since %(day)s)")) % {"head": head, "day": gone_on.isoformat()}
