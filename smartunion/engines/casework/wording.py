"""How what is done with a case reads to the person it concerns, in the record of looks at her data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EVENTS = {
    "casework.case_submit": pgettext_lazy("looks", "Your case was sent"),
    "casework.case_received": pgettext_lazy("looks", "Your case came in from another net"),
    "casework.case_filed": pgettext_lazy("looks", "Your case was filed and decided"),
    "casework.case_approve": pgettext_lazy("looks", "Your case was approved"),
    "casework.case_refuse": pgettext_lazy("looks", "Your case was refused"),
    "casework.case_return": pgettext_lazy("looks", "Your case was returned for something missing"),
    "casework.case_resubmit": pgettext_lazy("looks", "You sent what was missing"),
    "casework.case_forward": pgettext_lazy("looks", "Your case was handed to another union"),
    "casework.case_withdraw": pgettext_lazy("looks", "Your case was withdrawn"),
    "casework.case_reopen": pgettext_lazy("looks", "Your case was taken up again"),
    "casework.case_rate": pgettext_lazy("looks", "You rated a case"),
    "casework.case_note": pgettext_lazy("looks", "A note was added to your case"),
    "casework.case_assign": pgettext_lazy("looks", "Your case was given to an officer"),
    "casework.case_agree": pgettext_lazy("looks", "A department agreed to your case"),
    "casework.case_disagree": pgettext_lazy("looks", "A department disagreed with your case"),
    "casework.case_hold": pgettext_lazy("looks", "Your case was put on hold"),
    "casework.case_resume": pgettext_lazy("looks", "Your case goes on"),
    "casework.case_appeal": pgettext_lazy("looks", "You appealed"),
    "casework.case_begun_on_behalf": pgettext_lazy("looks", "An officer began a case for you at the counter"),
    "casework.answer_shown": pgettext_lazy("looks", "A number in your case was looked at in clear"),
    "casework.paper_taken_out": _("You took a paper out of your folder"),
}
