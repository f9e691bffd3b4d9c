"""What chairs are told of their term of office and their union's certificates."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from smartunion.ground.notices import service as notices
from smartunion.ground.notices.templates import Template
from smartunion.ground.registry.models import Certificate, Officer, Term, TermPostponement, TradeUnion
from smartunion.ground.registry.rules import Organ, Post, UnionState

TERM_ENDS = "registry.term_ends"
TERM_ENDED = "registry.term_ended"
TERM_POSTPONED = "registry.term_postponed"
POST_ENDED = "registry.post_ended"
POST_RUNS_ON = "registry.post_runs_on"
CHAIR_RUNS_ON = "registry.chair_runs_on"
POST_TAKEN = "registry.post_taken"
NO_CHAIR = "registry.no_chair"
CERTIFICATE_ENDS = "registry.certificate_ends"
CERTIFICATE_ENDED = "registry.certificate_ended"
CERTIFICATE_ISSUED = "registry.certificate_issued"
CERTIFICATE_CANCELLED = "registry.certificate_cancelled"
CERTIFICATE_HOLDS = "registry.certificate_holds"
CERTIFICATE_CHANGE = "registry.certificate_change"
CERTIFICATE_CHANGE_LATE = "registry.certificate_change_late"

TEMPLATES = (
    Template(
        TERM_ENDS, _("Your committee’s term ends soon"),
        _(
            "Term %(ordinal)s of %(union)s ends on %(day)s. Ask for the re-election, or for a postponement, on the union’s "
            "page under “Offices”; both need the approval of the union above."
        ),
    ),
    Template(
        TERM_ENDED, _("Your committee’s term has ended"),
        _(
            "Term %(ordinal)s of %(union)s ended on %(day)s and no election is entered. Ask for the re-election, or for a "
            "postponement, on the union’s page under “Offices”."
        ),
    ),
    Template(
        TERM_POSTPONED, _("The re-election is put off"),
        _(
            "Term %(ordinal)s of %(union)s ends on %(day)s now, before that on %(old)s (%(why)s). Prepare the election in "
            "time, and apply for the renewal of the legal-person certificate where it ends earlier."
        ),
    ),
    Template(
        POST_ENDED, _("Your post in the union has ended"),
        _(
            "%(organ)s of %(union)s: your post %(post)s ended on %(day)s (%(why)s). If that is not right, tell the union "
            "or the one above it."
        ),
    ),
    Template(
        POST_RUNS_ON, _("Your post in the union runs on"),
        _(
            "%(organ)s of %(union)s: the end of your post %(post)s was entered by mistake and is taken back. You hold it as "
            "before; nothing is left for you to do."
        ),
    ),
    Template(
        CHAIR_RUNS_ON, _("Your committee has its chair"),
        _(
            "That %(name)s left the chair’s post of %(union)s was entered by mistake and is taken back. No by-election is "
            "needed; the term runs until %(end)s."
        ),
    ),
    Template(
        POST_TAKEN, _("You hold a post in the union"),
        _("%(organ)s of %(union)s: you hold the post %(post)s from %(day)s until the end of the term on %(end)s."),
    ),
    Template(
        NO_CHAIR, _("Your committee has no chair"),
        _(
            "The chair’s post of %(union)s is vacant since %(day)s (%(why)s); the term runs until %(end)s. Hold a by-election "
            "and report its outcome on the union’s page under “Offices”."
        ),
    ),
    Template(
        CERTIFICATE_ENDS, _("The legal-person certificate ends soon"),
        _("Certificate %(number)s of %(union)s is valid until %(day)s. Apply for its renewal with the union above."),
    ),
    Template(
        CERTIFICATE_ENDED, _("The legal-person certificate has ended"),
        _(
            "Certificate %(number)s of %(union)s was valid until %(day)s. Until it is renewed the union cannot act "
            "with it, for example at the bank."
        ),
    ),
    Template(
        CERTIFICATE_ISSUED, _("The legal-person certificate is issued"),
        _(
            "%(union)s has the legal-person certificate %(number)s, valid until %(day)s (%(why)s). Earlier ones are "
            "void; fetch the sealed original from the federation that registers."
        ),
    ),
    Template(
        CERTIFICATE_CANCELLED, _("The legal-person certificate is cancelled"),
        _(
            "Certificate %(number)s of %(union)s was cancelled on %(day)s (%(why)s). Hand the original and the seal in, "
            "and settle the bank account."
        ),
    ),
    Template(
        CERTIFICATE_HOLDS, _("The legal-person certificate holds again"),
        _(
            "That certificate %(number)s of %(union)s was cancelled is taken back: it holds until %(day)s. What was handed in "
            "is fetched from the federation that registers."
        ),
    ),
    Template(
        CERTIFICATE_CHANGE, _("The legal-person certificate must be changed"),
        _(
            "The certificate %(number)s of %(union)s no longer says what is: %(changes)s. Apply for the change by %(day)s."
        ),
    ),
    Template(
        CERTIFICATE_CHANGE_LATE, _("The change of the legal-person certificate is overdue"),
        _(
            "The change of certificate %(number)s of %(union)s (%(changes)s) was to be registered by %(day)s. Apply now; "
            "until then the union may be refused, for example at the bank."
        ),
    ),
)  # fmt: skip


def tell_term_ends(term: Term, today: date, at: datetime) -> None:
    """Tell the chair that the term ends soon, or has ended."""
    template = TERM_ENDED if term.ends_on <= today else TERM_ENDS
    context = {"ordinal": term.ordinal, "union": term.union.name, "day": term.ends_on}
    _tell_chairs(term.union, template, f"{template}:{term.pk}:{term.ends_on}", at, context)


def tell_term_postponed(row: TermPostponement, at: datetime) -> None:
    """Tell the chair until when the committee stays in office."""
    term = row.term
    context = {
        "ordinal": term.ordinal, "union": term.union.name, "day": row.until, "old": row.was_until, "why": row.reason,
    }  # fmt: skip
    _tell_chairs(term.union, TERM_POSTPONED, f"{TERM_POSTPONED}:{row.pk}", at, context)


def tell_post_ended(post: Officer, at: datetime) -> None:
    """Tell whoever held a post that it has ended."""
    if post.person_id is not None and post.left_on is not None:
        _tell_officer(post, POST_ENDED, at, day=post.left_on, why=post.get_end_reason_display())


def tell_post_runs_on(post: Officer, today: date, at: datetime) -> None:
    """Tell whoever holds a post that it has not ended after all; of a head also the rest of the committee."""
    if post.person_id is not None:
        _tell_officer(post, POST_RUNS_ON, at)
    if not Officer.objects.heads().filter(pk=post.pk).exists():
        return
    union = post.term.union
    context = {"union": union.name, "name": post.name, "end": post.term.ends_on}
    _tell_committee(
        post, CHAIR_RUNS_ON, f"{CHAIR_RUNS_ON}:{post.pk}:{at.timestamp():.0f}", today, at, context
    )


def tell_post_taken(post: Officer, at: datetime) -> None:
    """Tell who was by-elected what she is from when until when."""
    if post.person_id is not None:
        _tell_officer(post, POST_TAKEN, at, day=post.begins, end=post.term.ends_on)


def tell_no_chair(post: Officer, today: date, at: datetime) -> None:
    """Tell the rest of the committee that its head is gone, while its union stands and nobody else heads it."""
    union = post.term.union
    serving = (
        Officer.objects.filter(term__union=union, organ=Organ.COMMITTEE).serving_on(today).exclude(pk=post.pk)
    )
    if union.state != UnionState.ACTIVE or serving.heads().exists():
        return
    context = {
        "union": union.name, "day": post.left_on or today, "why": post.get_end_reason_display(), "end": post.term.ends_on,
    }  # fmt: skip
    _tell_committee(post, NO_CHAIR, f"{NO_CHAIR}:{post.pk}:{post.left_on}", today, at, context)


def _tell_committee(
    post: Officer, template: str, key: str, today: date, at: datetime, context: dict[str, object]
) -> None:
    """Tell whoever else serves on the committee of the post's union."""
    union = post.term.union
    serving = Officer.objects.filter(term__union=union, organ=Organ.COMMITTEE).serving_on(today)
    others = serving.exclude(pk=post.pk).exclude(person=post.person_id).exclude(person=None)
    for person_id in sorted({one.person_id for one in others if one.person_id is not None}):
        notices.tell(
            template=template, key=f"{key}:{person_id}", at=at, person_id=person_id,
            link=f"/desk/unions/{union.pk}/offices/", context=context,
        )  # fmt: skip


def _tell_officer(post: Officer, template: str, at: datetime, **context: object) -> None:
    union = post.term.union
    notices.tell(
        template=template, key=f"{template}:{post.pk}:{at.timestamp():.0f}", at=at, person_id=post.person_id,
        link=f"/desk/unions/{union.pk}/offices/",
        context={
            "union": union.name, "organ": post.get_organ_display(), "post": post.get_post_display(), **context,
        },
    )  # fmt: skip


def tell_certificate_ends(certificate: Certificate, today: date, at: datetime) -> None:
    """Tell the chair that the certificate ends soon, or has ended."""
    assert certificate.valid_to is not None
    template = CERTIFICATE_ENDED if certificate.valid_to <= today else CERTIFICATE_ENDS
    context = {
        "number": certificate.number,
        "union": certificate.union.name,
        "day": certificate.valid_to,
    }
    _tell_chairs(certificate.union, template, f"{template}:{certificate.pk}", at, context)


def tell_certificate_issued(row: Certificate, at: datetime) -> None:
    """Tell the chair that a legal-person certificate stands."""
    context = {
        "number": row.number, "union": row.union.name, "day": row.valid_to or "", "why": row.get_issued_for_display(),
    }  # fmt: skip
    _tell_chairs(row.union, CERTIFICATE_ISSUED, f"{CERTIFICATE_ISSUED}:{row.pk}", at, context)


def tell_certificate_cancelled(row: Certificate, at: datetime) -> None:
    """Tell the chair that a certificate was cancelled."""
    context = {
        "number": row.number, "union": row.union.name, "day": row.ended_on or "", "why": row.end_reason,
    }  # fmt: skip
    _tell_chairs(row.union, CERTIFICATE_CANCELLED, f"{CERTIFICATE_CANCELLED}:{row.pk}", at, context)


def tell_certificate_holds(row: Certificate, at: datetime) -> None:
    """Tell the chair that a certificate holds again."""
    context = {"number": row.number, "union": row.union.name, "day": row.valid_to or ""}
    _tell_chairs(
        row.union, CERTIFICATE_HOLDS, f"{CERTIFICATE_HOLDS}:{row.pk}:{at.timestamp():.0f}", at, context
    )


def tell_certificate_change(row: Certificate, template: str, at: datetime) -> None:
    """Tell the chair that the certificate must be changed, or that this is overdue."""
    context = {
        "number": row.number, "union": row.union.name, "day": row.change_due_on or "", "changes": row.changed_words,
    }  # fmt: skip
    _tell_chairs(row.union, template, f"{template}:{row.pk}:{row.change_due_on}", at, context)


def _tell_chairs(
    union: TradeUnion, template: str, key: str, at: datetime, context: Mapping[str, object]
) -> None:
    for person_id in chairs_of(union):
        notices.tell(
            template=template, key=f"{key}:{person_id}", at=at, person_id=person_id,
            link=f"/desk/unions/{union.pk}/offices/", context=dict(context),
        )  # fmt: skip


def chairs_of(union: TradeUnion) -> list[int]:
    """People now chairing a union's committee, as far as the registry knows who they are."""
    chairing = Officer.objects.filter(
        term__union=union, organ=Organ.COMMITTEE, post__in=[Post.CHAIR, Post.ORGANISER], left_on=None
    ).exclude(person=None)
    return [
        pk for pk in chairing.order_by("pk").values_list("person_id", flat=True).distinct() if pk is not None
    ]
