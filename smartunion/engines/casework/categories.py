"""Headings of the catalogue; a service of an unknown category stands under the last one."""

from django.utils.translation import gettext_lazy as _

CATEGORIES = {
    "membership": (_("Joining and membership"), "person-vcard", "red"),
    "founding": (_("Founding a union"), "diagram-3", "blue"),
    "matters": (_("Tell us"), "megaphone", "amber"),
    "rights": (_("Rights and disputes"), "bank", "violet"),
    "care": (_("Help and care"), "heart", "green"),
    "skills": (_("Skills and honours"), "trophy", "teal"),
    "other": (_("Other services"), "grid", "grey"),
}
