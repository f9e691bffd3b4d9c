"""Lists of the assistance officer's desk: masked on screen and in files."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.listing.columns import Column
from smartunion.core.listing.filters import Choice, DateRange
from smartunion.core.listing.listing import Listing
from smartunion.systems.aid.rules.given import Honour
from smartunion.systems.aid.rules.hardship import Category
from smartunion.systems.aid.rules.reviews import FileState

FILES = Listing(
    key="aid.files",
    title=_("Hardship archive"),
    unit=pgettext_lazy("aid", "files"),
    columns=(
        Column(key="name", label=pgettext_lazy("aid", "Worker"), value="masked_name", priority=1, width=10),
        Column(key="state", label=_("State"), kind="state", value="tone", priority="side", sort="state",
               label_of=lambda row: FileState(row.state).label),
        Column(key="category", label=_("Category"), kind="words", width=14),
        Column(key="union", label=pgettext_lazy("aid", "Union"), value="union.name", width=28),
        Column(key="opened_on", label=pgettext_lazy("aid", "In the archive since"), kind="date", sort="opened_on", priority=3),
        Column(key="review_due_on", label=_("Looked at again"), kind="date", sort="review_due_on"),
    ),
    order=("-pk",),
    filters=(
        Choice(key="state", label=_("State"), options=FileState.choices, multiple=True),
        Choice(key="category", label=_("Category"), options=Category.choices, multiple=True),
        DateRange(key="due", label=_("Looked at again"), field="review_due_on"),
    ),
    row_url=lambda row: reverse("aid:file", args=[row.pk]),
    empty_title=_("No files yet"),
    empty_text=_("Workers apply by phone; after the reviews their files are listed here, by surname alone."),
    empty_icon="heart",
)  # fmt: skip

MODEL_WORKERS = Listing(
    key="aid.model_workers",
    title=_("Model workers"),
    unit=pgettext_lazy("aid", "model workers"),
    columns=(
        Column(key="name", label=pgettext_lazy("aid", "Worker"), value="masked_name", priority=1, width=10),
        Column(key="honour", label=pgettext_lazy("aid", "Honour"), kind="words", width=14),
        Column(key="honoured_year", label=_("Honoured in"), sort="honoured_year"),
        Column(key="union", label=pgettext_lazy("aid", "Union"), value="union.name", width=28),
        Column(key="reviewed_on", label=_("Living and income seen on"), kind="date", sort="reviewed_on", priority=3),
        Column(key="review_due_on", label=_("Looked at again"), kind="date", sort="review_due_on"),
    ),
    order=("-pk",),
    filters=(
        Choice(key="honour", label=pgettext_lazy("aid", "Honour"), options=Honour.choices, multiple=True),
        DateRange(key="due", label=_("Looked at again"), field="review_due_on"),
    ),
    empty_title=_("No model workers yet"),
    empty_text=_("Whoever asks for support of model workers is listed here, by surname alone; what she lives on stays sealed."),
    empty_icon="award",
)  # fmt: skip
