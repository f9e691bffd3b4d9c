"""Pages of changes for many, the same in every room: their list, one of them, its records, the way back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.jobs import flows
from smartunion.core.jobs.batches import Batch, BatchState, of_outcome, results_of
from smartunion.core.listing.columns import Column, Label
from smartunion.core.listing.filters import Choice, Filter
from smartunion.core.listing.listing import Listing
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of

_REASON = pgettext_lazy("batch", "Why not")
#: As many of the records are named beside what happens to them.
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a kind of change for many and its outcomes are called.

    title: of the list; unit: what one is called there; lead: a sentence under it; one: title of one not said yet;
    rows: title of its records; records: what they are called after a number; said: heading of what was said;
    done, undone: outcomes; undo: label, question and explanation of the way back; empty: how one is begun.
    """

    title: Label
    unit: Label
    lead: Label
    one: Label
    rows: Label
    records: Label
    said: Label
    done: Label
    undone: Label
    undo: tuple[Label, Label, Label]
    empty: Label


@dataclass(frozen=True, kw_only=True)
class Urls:
    """Names of the addresses: the list of changes, one, its records, the way back, and where records are picked."""

    all: str
    one: str
    rows: str
    undo: str
    home: tuple[Label, str]
    home_args: tuple[str, ...] = ()

    @property
    def home_url(self) -> str:
        """Where records are picked."""
        return reverse(self.home[1], args=self.home_args)


@dataclass(frozen=True)
class Picked:
    """One of the records, as it stands now: what it is called, what of, where it opens, how it stands."""

    title: str
    note: str
    href: str
    side: str


@dataclass(frozen=True)
class Said:
    """What was said of all: labels with values, None where there is nothing to tell; wide: values that need the whole row."""

    pairs: Sequence[tuple[Label, object]] = ()
    wide: Sequence[tuple[Label, object]] = ()


@dataclass(frozen=True, kw_only=True)
class BatchPages:
    """One kind of change for many, shown.

    key: of its lists; what: the change in words, "" while it is not said; columns: of the list, beside how it stands;
    undo: the flow that takes one back.
    """

    key: str
    model: type[Batch]
    words: Words
    urls: Urls
    what: Callable[[Any], str]
    undo: Callable[..., object]
    columns: tuple[Column, ...] = ()

    def one(self, actor: Actor, batch_id: int, *related: str) -> Any:
        """One of them, of those the actor sees. Raises NotVisible."""
        return get_visible(self._visible(actor).select_related("job", *related), batch_id)

    def _visible(self, actor: Actor) -> "QuerySet[Any, Any]":
        rows: QuerySet[Any, Any] = self.model._default_manager.visible_to(actor)  # type: ignore[attr-defined]  # each has its own
        return rows

    def listed(self, request: HttpRequest, **context: Any) -> HttpResponseBase:
        """All of them, newest first. context: tabs, where the list is one of several."""
        rows = self._visible(actor_of(request)).defer("picked")
        return listing_response(
            request, self._listing(), rows, template="core/jobs/batches.html", pages=self, **context
        )

    def _listing(self) -> Listing:
        words = self.words
        return Listing(
            key=self.key,
            title=words.title,
            unit=words.unit,
            columns=(
                Column(key="what", label=pgettext_lazy("batch", "What happens"), priority=1,
                       value=lambda row: self.what(row) or _("Not chosen yet")),
                Column(key="state", label=gettext_lazy("State"), kind="state", priority="side"),
                *self.columns,
                Column(key="done", label=words.done, kind="number"),
                Column(key="refused", label=pgettext_lazy("batch", "Refused"), kind="number"),
                Column(key="undone", label=words.undone, kind="number", priority=3),
                Column(key="actor_name", label=pgettext_lazy("batch", "By")),
                Column(key="created_at", label=pgettext_lazy("batch", "Begun"), kind="date", sort="pk"),
            ),
            order=("-pk",),
            filters=(Choice(key="state", label=gettext_lazy("State"), options=BatchState.choices, multiple=True),),
            row_url=lambda row: reverse(self.urls.one, args=[row.pk]),
            empty_title=gettext_lazy("Nothing was changed for many at once yet"),
            empty_text=words.empty,
            empty_href=self.urls.home_url,
            empty_action=self.urls.home[0],
        )  # fmt: skip

    def page(
        self, request: HttpRequest, batch: Any, *, said: Said, picked: Sequence[Picked], draft: str, status: int = 200,
        **context: Any,
    ) -> HttpResponse:  # fmt: skip
        """One of them: what is to be said while it is a draft, afterwards how far it is, what came of it, and the way back.

        draft: template of the form; picked: the first of the records, none where the form shows them; context: for the form.
        """
        actor = actor_of(request)
        is_counting = "counts" in request.GET
        if is_counting and not batch.is_busy:
            answer = HttpResponse()
            answer["HX-Redirect"] = request.path
            return answer
        template = "core/jobs/_batch_counts.html" if is_counting else "core/jobs/batch.html"
        return render(
            request, template,
            {
                **context, "pages": self, "batch": batch, "job": batch.job, "words": self.words, "what": self.what(batch),
                "count": len(batch.picked), "is_mine": batch.user_id == actor.user_id, "said": said, "picked": picked,
                "draft": draft,
                "not_reached": self._not_reached(batch), "reasons": _reasons(batch),
                "rows_url": reverse(self.urls.rows, args=[batch.pk]),
                "files": [] if batch.is_busy or batch.is_draft else _files(batch, actor), "may_stop": _may_stop(batch, actor),
            },
            status=status,
        )  # fmt: skip

    def _not_reached(self, batch: Any) -> int:
        said_all = {BatchState.DRAFT, BatchState.WAITING, BatchState.RUNNING}
        return 0 if batch.state in said_all else len(batch.picked) - batch.done - batch.refused

    def records(
        self, request: HttpRequest, batch: Any, plain: Listing, rows: "QuerySet[Any, Any]", *,
        filters: Sequence[Filter] = (), after: int = 2,
    ) -> HttpResponseBase:  # fmt: skip
        """Every record of one, and what became of each.

        plain: how a list shows such records; rows: those picked that the actor sees, each with is_done and is_undone; filters:
        of the plain list that stay; after: columns that stand before the outcome.
        """
        listing = self._records_listing(batch, plain, tuple(filters), after)
        return listing_response(
            request,
            listing,
            rows,
            template="core/jobs/batch_records.html",
            pages=self,
            batch=batch,
            what=self.what(batch),
        )

    def _records_listing(
        self, batch: Any, plain: Listing, filters: tuple[Filter, ...], after: int
    ) -> Listing:
        shown = replace(
            plain, key=f"{self.key}_records", title=self.words.rows, bulk=(), known=None, filters=filters
        )
        if batch.is_draft:
            return shown
        outcomes, looked_at = self._outcomes(batch), set(batch.looked_at)

        def outcome(row: Any) -> Label:
            if row.is_done:
                return outcomes["undone" if row.is_undone else "done"][0]
            return outcomes["refused" if row.pk in looked_at else "not_reached"][0]

        columns = [
            Column(
                key="outcome", label=gettext_lazy("What became of each"), value=lambda row: str(outcome(row))
            )
        ]
        chosen = [
            Choice(
                key="outcome", label=gettext_lazy("What became of each"), where=lambda values: outcomes[values[0]][1],
                options=[(key, label) for key, (label, _where) in outcomes.items()],
            )
        ]  # fmt: skip
        if told := batch.left_because:
            why = {pk: reason for reason, keys in told for pk in keys}
            columns.append(
                Column(
                    key="why_not", label=_REASON, value=lambda row: "" if row.is_done else why.get(row.pk, "")
                )
            )
            chosen.append(
                Choice(
                    key="why_not", label=_REASON, where=lambda values: Q(pk__in=told[int(values[0])][1], is_done=False),
                    options=[(str(place), reason) for place, (reason, _keys) in enumerate(told)],
                )
            )  # fmt: skip
        shown_columns = (*plain.columns[:after], *columns, *plain.columns[after:])
        return replace(shown, columns=shown_columns, filters=(*chosen, *filters))

    def _outcomes(self, batch: Any) -> dict[str, tuple[Label, Q]]:
        """Outcome → words and rows."""
        words = {
            "done": self.words.done, "refused": pgettext_lazy("batch", "Refused"), "undone": self.words.undone,
            "not_reached": pgettext_lazy("batch", "Not reached"),
        }  # fmt: skip
        return {key: (label, of_outcome(batch, key)) for key, label in words.items()}

    def taken_back(self, request: HttpRequest, batch_id: int, *, at: datetime | None = None) -> HttpResponse:
        """Take the whole change back, and show how far that is."""
        self.undo(actor=actor_of(request), batch_id=batch_id, at=at or clock.now())
        messages.success(request, _("It is being taken back in the background."))
        return redirect(self.urls.one, batch_id)


def _reasons(batch: Any) -> list[tuple[str, int, int]]:
    """Why records were left: reason, how many, its place among the reasons."""
    return [(reason, len(keys), place) for place, (reason, keys) in enumerate(batch.left_because)]


def _may_stop(batch: Any, actor: Actor) -> bool:
    job = batch.job
    if job is None or not batch.is_busy or job.user_id != actor.user_id or job.cancel_requested:
        return False
    return job.finished_at is None and flows.may_stop(job)


def _files(batch: Any, actor: Actor) -> list[tuple[Label, str]]:
    """The result files of one's own work on it: of the change, then of taking it back."""
    labels = {True: _("Result, line by line"), False: _("Result of taking it back")}
    return [
        (labels[number == 0 and batch.user_id == actor.user_id], reverse("jobs:file", args=[pk]))
        for number, pk in enumerate(results_of(batch, actor).values_list("pk", flat=True))
    ]
