"""The desk's pages on imports: bring a list in, look at what it would do, apply it, take it back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotVisible, joined_sentences
from smartunion.core.files.serving import file_response
from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, Filter, Flag
from smartunion.core.listing.listing import Listing
from smartunion.core.listing.views import listing_response
from smartunion.core.reading import get_visible
from smartunion.core.tables.choosing import choosing, fields_of, posted
from smartunion.core.tables.vocabulary import vocabulary
from smartunion.ground.accounts.web import require
from smartunion.ground.registry.flows import imports
from smartunion.ground.registry.imports import packs, reasons, understanding
from smartunion.ground.registry.imports import rows as import_rows
from smartunion.ground.registry.models import ImportBatch, ImportRow, ImportState, TradeUnion
from smartunion.ground.registry.rules import fold_name

IMPORT = "registry.import"
#: Unions offered at once; all others are found by writing part of the name.
OFFERED = 50
KINDS = [("", gettext_lazy("Find out by itself")), ("members", gettext_lazy("Union members")),
         ("unions", gettext_lazy("Union organisations"))]  # fmt: skip
#: How far an import that was stopped had come.
STANDS = [("in", gettext_lazy("Taken in")), ("out", gettext_lazy("Not taken in"))]
OUTCOMES = [("create", pgettext_lazy("row of a file", "New")), ("change", pgettext_lazy("row of a file", "Changed")),
            ("same", gettext_lazy("Unchanged")), ("refuse", gettext_lazy("Refused"))]  # fmt: skip


class ImportForm(forms.Form):
    """A file, what it holds and below which union its rows belong."""

    union = forms.CharField(
        label=gettext_lazy("Import below"), max_length=120,
        help_text=gettext_lazy("Name or number of the union; part of the name is enough to search."),
        widget=forms.TextInput(attrs={"list": "import-unions", "autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("The file holds"), choices=KINDS, required=False)
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX, XLS, CSV or TSV; titles above the columns do no harm."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reach = TradeUnion.objects.filter(actor.within(IMPORT), state="active").order_by(
            "depth", "path"
        )
        #: What may be chosen without writing: the topmost unions, or those found for what was written.
        self.offered: list[TradeUnion] = list(self._reach[:OFFERED])
        if self.offered:
            self.fields["union"].initial = self.offered[0].name
        if not actor.can(imports.UNIONS):
            del self.fields["kind"]

    def clean_union(self) -> int:
        """The one union meant: by number, by exact name, else the only one whose name holds the words."""
        text = str(self.cleaned_data["union"]).strip()
        number = text.rpartition("·")[2].strip()
        key = fold_name(text)
        for found in (self._reach.filter(number=number), self._reach.filter(name_key=key),
                      self._reach.filter(name_key__contains=key)):  # fmt: skip
            rows = list(found[: OFFERED + 1])
            if len(rows) == 1:
                return rows[0].pk
            if rows:
                self.offered = rows[:OFFERED]
                raise forms.ValidationError(
                    _("Several unions fit. Choose one of them below, or write more of the name.")
                )
        raise forms.ValidationError(_("No union of this name or number is open to you for imports."))


IMPORTS = Listing(
    key="registry.imports",
    title=gettext_lazy("Imports"),
    unit=gettext_lazy("imports"),
    columns=(
        Column(key="file", label=gettext_lazy("File"), value="file.name", priority=1, width=40),
        Column(key="kind", label=gettext_lazy("Holds"), value=lambda b: dict(KINDS).get(b.kind, b.kind)),
        Column(key="union", label=gettext_lazy("Below"), value="union.name"),
        Column(key="state", label=gettext_lazy("State"), kind="state", priority="side"),
        Column(key="rows", label=gettext_lazy("Rows"), value=lambda b: b.summary.get("rows"), kind="number"),
        Column(key="refused", label=gettext_lazy("Refused"), kind="number", template="desk/imports/_refused.html",
               value=lambda b: b.summary.get("outcomes", {}).get("refuse")),
        Column(key="created_at", label=gettext_lazy("Brought in"), kind="date", sort="created_at", priority=3),
    ),
    order=("-pk",),
    filters=(Choice(key="state", label=gettext_lazy("State"), options=ImportState.choices, multiple=True),),
    row_url=lambda batch: reverse("imports:page", args=[batch.pk]),
    empty_title=gettext_lazy("Nothing imported yet"),
    empty_text=gettext_lazy("Bring in the list of unions first, then the lists of members."),
    empty_href="/desk/import/new/",
    empty_action=gettext_lazy("Bring in a list"),
)  # fmt: skip


def _value(name: str) -> Callable[[ImportRow], str]:
    return lambda row: import_rows.shown(row, name)


def _why(row: ImportRow) -> str:
    said = [
        (f"{p['label']}：" if p["label"] else "") + joined_sentences(p["message"], p["remedy"])
        for p in row.problems
    ]
    return joined_sentences(*said)


def _changes(row: ImportRow) -> str:
    labels = {
        key: str(spec.label)
        for kind in ("members", "unions")
        for key, spec in vocabulary[kind].by_key.items()
    }
    return "、".join(labels.get(name, name) for name in row.changes)


def filled_in_words(form: dict[str, Any]) -> str:
    """Which union's form a list is, as its title or the file's name tell."""
    return _("Filled in by %(name)s: %(rows)s rows that name no union belong to it.") % {
        "name": form["name"], "rows": f"{form['rows']:,}"
    }  # fmt: skip


ROWS = Listing(
    key="registry.import_rows",
    title=gettext_lazy("Rows of the file"),
    unit=gettext_lazy("rows"),
    columns=(
        Column(key="name", label=gettext_lazy("Name"), value=_value("name"), priority=1),
        Column(key="outcome", label=gettext_lazy("What happens"), kind="state", priority="side",
               label_of=lambda row: dict(OUTCOMES).get(row.outcome, row.outcome)),
        Column(key="number", label=gettext_lazy("Row"), kind="number", sort="number"),
        Column(key="resident_id", label=gettext_lazy("ID number"), value=_value("resident_id"), kind="code",
               priority=3),
        Column(key="where", label=gettext_lazy("Employer"), value=import_rows.employer_name),
        Column(key="changes", label=gettext_lazy("Changes"), value=_changes),
        Column(key="why", label=gettext_lazy("Reason and remedy"), value=_why, width=60),
    ),
    order=("number",),
    filters=(Choice(key="outcome", label=gettext_lazy("What happens"), options=OUTCOMES),),
    empty_title=gettext_lazy("No rows"),
    can_export=False,
)  # fmt: skip


def _rows_of(batch: ImportBatch, why: list[tuple[str, str, int]], *, busy: bool) -> Listing:
    """The rows of an import, to be narrowed to those behind each of its numbers."""
    more: list[Filter] = []
    if why:
        options = [(code, f"{words} {number:,}") for code, words, number in why]
        more.append(Choice(key="reason", label=gettext_lazy("Why refused"), options=options))
    if batch.summary.get("stopped") is not None:
        more.append(
            Choice(key="stand", label=gettext_lazy("How far"), options=STANDS, where=_standing(batch))
        )
    if batch.summary.get("undo", {}).get("kept"):
        stays = Q(problems__icontains="not_undone")
        more.append(Flag(key="stays", label=gettext_lazy("Stay because others depend on them"), where=stays))
    empty = gettext_lazy("The rows appear here once the file has been read") if busy else ROWS.empty_title
    return replace(ROWS, filters=(*ROWS.filters, *more), empty_title=empty)


def _standing(batch: ImportBatch) -> Callable[[list[str]], Q]:
    taken = Q(part__lte=batch.applied_upto)
    effective = Q(outcome__in=["create", "change"])
    return lambda chosen: effective & (taken if chosen[0] == "in" else ~taken)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by the middleware
    return actor


def _batch(request: HttpRequest, batch_id: int) -> ImportBatch:
    visible = ImportBatch.objects.visible_to(_actor(request)).select_related(
        "file", "union", "job", "rejects"
    )
    return get_visible(visible, batch_id)


@require(IMPORT)
@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    """Every import below the actor's unions."""
    batches = ImportBatch.objects.visible_to(_actor(request)).select_related("file", "union")
    return listing_response(request, IMPORTS, batches, template="desk/imports/home.html")


@require(IMPORT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Bring a list in."""
    form = ImportForm(_actor(request), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            batch = imports.bring_in(
                actor=_actor(request), union_id=given["union"], chunks=given["file"].chunks(), name=given["file"].name,
                kind=given.get("kind", ""), at=clock.now(),
            )  # fmt: skip
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "file", str(refusal))
        else:
            return redirect("imports:page", batch_id=batch.pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/imports/new.html", {"form": form}, status=status)


@require(IMPORT)
@require_GET
def page(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """One import: progress, what it would do row by row, buttons."""
    batch = _batch(request, batch_id)
    busy = batch.state in {
        ImportState.UPLOADED,
        ImportState.READING,
        ImportState.APPLYING,
        ImportState.UNDOING,
    }
    outcomes = batch.summary.get("outcomes", {})
    why = [
        (code, reasons.in_words(code), number) for code, number in batch.summary.get("reasons", {}).items()
    ]
    return listing_response(
        request, _rows_of(batch, why, busy=busy), ImportRow.objects.filter(batch=batch), template="desk/imports/page.html",
        batch=batch, busy=busy, why=why, figures=[(key, label, outcomes.get(key, 0)) for key, label in OUTCOMES],
        forms=[filled_in_words(form) for form in batch.summary.get("filled_in", [])],
        may_apply=bool(outcomes.get("create") or outcomes.get("change")), shown=packs.SHOWN,
        are_some_unlisted=batch.kind == "members" and (outcomes.get("same") or outcomes.get("create", 0) > packs.SHOWN),
        **_how_read(_actor(request), batch),
    )  # fmt: skip


def _how_read(actor: Actor, batch: ImportBatch) -> dict[str, Any]:
    """What the panel shows in which somebody says how the file is to be read; nothing where it cannot be read again."""
    if batch.state != ImportState.PREVIEW and not (batch.state == ImportState.FAILED and batch.peek):
        return {}
    peeks = understanding.shown(batch)
    first = (batch.summary.get("sheets") or [peek.name for peek in peeks if peek.rows] or [""])[0]
    rows = batch.options.get("rows") or []
    sure = batch.summary.get("sure", {})
    return {
        "may_read_again": True,
        "kinds": [
            (key, label) for key, label in KINDS[1:] if key != "unions" or actor.can(imports.UNIONS, path=batch.path)
        ],
        "sheets": [(peek, peek.name == first) for peek in peeks],
        "rows_named": "-".join(map(str, sorted({*rows[:1], *rows[-1:]}))),
        # PostgreSQL keeps no order of names.
        "choosing": choosing(batch.summary.get("labels") or batch.mapping, batch.mapping, sure, fields_of(vocabulary[batch.kind]))
        if batch.kind else None,
    }  # fmt: skip


@require(IMPORT)
@require_POST
def act(request: HttpRequest, batch_id: int, name: str) -> HttpResponse:
    """Apply, take back, or read again with other columns."""
    actor, at = _actor(request), clock.now()
    if name == "apply":
        imports.apply(actor=actor, batch_id=batch_id, at=at)
    elif name == "undo":
        imports.undo(actor=actor, batch_id=batch_id, at=at)
    elif name == "read":
        mapping = posted(request.POST)
        imports.read_again(
            actor=actor, batch_id=batch_id, kind=request.POST.get("kind", ""), mapping=mapping, at=at,
            sheet=request.POST.get("sheet", ""), rows=request.POST.get("rows", ""),
        )  # fmt: skip
    else:
        raise NotVisible
    return redirect("imports:page", batch_id=batch_id)


@require(IMPORT)
@require_GET
def rejects(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """The refused rows with their reasons, to correct and import again."""
    stored = _batch(request, batch_id).rejects
    if stored is None:
        raise NotVisible(_("No row of this file was refused."))
    return file_response(stored)
