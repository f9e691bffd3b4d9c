"""What joining, founding, matters and drives plug in; called once from apps.py."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.facts.kinds import FactKind
from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_ELECTION = _(
    "Regulation on elections of grassroots unions (2016), not checked word by word: compare with the text in force."
)
_GROUP = _("Founding and joining")

KINDS = (
    FactKind("organising.join_started", _("Joining begun by code"), _("people")),
    FactKind("organising.pool_joined", _("Waiting in the pool"), _("people")),
)

PARAMETERS = (
    Parameter(
        "organising.join_needs_approval", _("Each application to join is looked at by the union"), Kind.FLAG, False,
        _OURS, group=_GROUP,
        help=_("No: people of the employer are members at once when they scan the code. Yes: the chair decides."),
    ),
    Parameter(
        "organising.join_link_days", _("A joining link for one person holds for at most"), Kind.DAYS, 14, _OURS,
        minimum=1, maximum=90, group=_GROUP, help=_("Whoever makes it may choose fewer days."),
    ),
    Parameter(
        "organising.matter_dispatch_days", _("A field matter is dispatched within"), Kind.WORKING_DAYS, 1, _OURS,
        minimum=1, maximum=15, group=_GROUP,
    ),
    Parameter(
        "organising.committee_sizes", _("Size of a committee by number of members"), Kind.TEXT,
        "24:3-5 200:3-7 1000:7-15 5000:15-21 10000:21-29 50000:29-37 *:37-45", _ELECTION, group=_GROUP,
        help=_("members:least-most, bands from small to large; * for all larger ones."),
    ),
    Parameter(
        "organising.entered_terms_refused", _("Refuse terms entered by hand whose committee breaks the rules"),
        Kind.FLAG, False, _ELECTION, group=_GROUP,
        help=_("Size by members, relatives of the firm's leaders. Off: the term is entered and the cadre is told what to check."),
    ),
    Parameter(
        "organising.candidate_surplus_pct", _("More candidates than seats, by"), Kind.COUNT, 5, _ELECTION,
        minimum=0, maximum=100, group=_GROUP,
        help=_("Percent of the seats, rounded up, at least one; 0 lets as many stand as there are seats."),
    ),
    Parameter(
        "organising.letter_word", _("Word before the number of a letter"), Kind.TEXT, "总工", _OURS, group=_GROUP,
        help=_("As on the federation's own paper: 亭总工 gives 亭总工〔2026〕3号."),
    ),
    Parameter(
        "organising.women_committee_from", _("A women workers' committee is formed from"), Kind.COUNT, 25,
        _("Shanghai: fewer than 25 women members elect one women's member. Other places: enter your own rule."),
        minimum=1, maximum=1000, group=_GROUP, help=_("Women members; with fewer one women's member is enough."),
    ),
)  # fmt: skip


def register() -> None:
    """Fact kinds, parameters, notices, consents, services with their code, menu entries."""
    from smartunion.core import menu
    from smartunion.core.audit import events
    from smartunion.engines.casework import definitions, handlers
    from smartunion.ground.accounts import purposes, scopes
    from smartunion.ground.facts import kinds
    from smartunion.ground.notices import templates
    from smartunion.ground.policies import parameters
    from smartunion.systems.organising import consents, services
    from smartunion.systems.organising.flows import finding_news, joining_news

    kinds.register(*KINDS)
    parameters.register(*PARAMETERS)
    templates.register(*joining_news.TEMPLATES, *finding_news.TEMPLATES)
    purposes.register(consents.PURPOSES)
    scopes.register({"joins.send": _("send in people who join, with their consent")})
    events.register(
        {
            "organising.joined_by_partner": _("A platform sent your application to join, with your consent"),
            "organising.join_link_made": _("A joining link was made out to you"),
            "organising.join_link_withdrawn": _("A joining link made out to you was withdrawn"),
            "organising.phone_confirmed": _("Your union confirmed your new phone number"),
        }
    )
    for handler in services.HANDLERS:
        handlers.register(handler)
    definitions.register(*services.DEFINITIONS)
    menu.register(
        menu.Entry("portal", "joining.card", _("My card"), "joining:card", "person-vcard", group="tabs", order=40,
                   needs_person=True),
        menu.Entry("desk", "joining.drives", _("Joining codes"), "joining:drives", "qr-code", group=_("Organising"),
                   order=240, permission="drives.manage"),
        menu.Entry("desk", "joining.links", _("Links for one person"), "joining:links", "link-45deg", group=_("Organising"),
                   order=242, permission="organising.visit"),
        menu.Entry("desk", "organising.congresses", _("Congresses"), "congress:list", "people", group=_("Organising"),
                   order=250, permission="cases.view"),
        menu.Entry("desk", "joining.verify", _("Check a card"), "joining:verify", "person-check", group=_("Work"),
                   order=60, permission="card.verify"),
    )  # fmt: skip
