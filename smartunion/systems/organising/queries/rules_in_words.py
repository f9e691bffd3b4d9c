"""The matcher's rules and verdicts on single values, in words people can check."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Rule name → what it compared. A rule added later shows its name until it is put into words here; a test notices.
RULES: dict[str, Promise | str] = {
    "person": _("Somebody said so after looking."),
    "code": _("The same unified social credit code."),
    "organisation_code": _("The same organisation code."),
    "old_number": _("The same old registration number."),
    "repaired_code": _("The codes differ by one slip and the names agree."),
    "code_against_name": _("The code is the same but the names differ."),
    "name": _("Exactly the registered name."),
    "name_normalised": _("The same name once written the same way."),
    "name_part": _("The names differ only in place or legal form."),
    "name_mistyped": _("The names differ by one character."),
    "name_short": _("One name is a short form of the other."),
    "name_alike": _("The names are alike."),
    "name_against_code": _("The name is the same but the code belongs to another firm."),
    "people": _("The union's members are insured at this firm."),
}

#: What comparing one value said → words; keys as in the matcher's evidence.
SAID: dict[str, Promise | str] = {
    "same": _("the same"),
    "exact": _("the same"),
    "normal": _("the same once written the same way"),
    "part": _("differ only in place or legal form"),
    "typo": _("one common slip"),
    "slip": _("one character differs"),
    "begin": _("begin the same way"),
    "short": _("only a short form"),
    "alike": _("alike"),
    "other": _("different"),
    "differs": _("different"),
    "organisation": _("the same organisation code"),
    "old_number": _("the same old registration number"),
    "near": _("one slip"),
    "unlisted": _("not in the register"),
    "absent": _("missing"),
    "unknown": _("not known"),
}


#: Table → the department it comes from.
DEPARTMENTS: dict[str, Promise | str] = {
    "market": _("Market register"),
    "social": _("Social insurance office"),
    "tax": _("Tax office"),
    "unions": _("Union registry"),
    "members": _("Members’ registry"),
}


def department(table: str) -> str:
    """The department a table comes from."""
    return str(DEPARTMENTS.get(table, table))


#: Question on which departments disagree → the question in words.
QUESTIONS: dict[str, Promise | str] = {
    "code_against_name": _("The code is one firm's and the name another's."),
    "closed_but_insured": _("The register says it is closed, and people are insured there."),
    "headcounts_apart": _("Tax office and social insurance count very different numbers of people."),
}


def question_in_words(rule: str) -> str:
    """On what departments disagree; the bare name of a new one."""
    return str(QUESTIONS.get(rule, rule))


def rule_in_words(rule: str) -> str:
    """The rule as a sentence; the bare name when nobody has put it into words."""
    return str(RULES.get(rule, rule))


def label_rule_in_words(rule: str) -> str:
    """What a label judges: a rule of the matcher, two employers, or what departments disagree on."""
    head, _colon, question = rule.partition(":")
    if head == "disagreement":
        return question_in_words(question)
    return str(_("Two firms that are one.")) if rule == "duplicate" else rule_in_words(rule)


def said_in_words(word: str) -> str:
    """What comparing one value said; the bare word when it is a new one."""
    return str(SAID.get(word, word))
