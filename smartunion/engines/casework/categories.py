"""Headings of the catalogue, by need and by turn of life; a service of an unknown category stands under the last one."""

from django.utils.translation import gettext_lazy as _

CATEGORIES = {
    "membership": (_("Joining and membership"), "person-vcard", "red"),
    "founding": (_("Founding a union"), "diagram-3", "blue"),
    "matters": (_("Tell us"), "megaphone", "amber"),
    "rights": (_("Rights and disputes"), "bank", "violet"),
    "care": (_("Help and care"), "heart", "green"),
    "skills": (_("Skills and honours"), "trophy", "teal"),
    "my_data": (_("My data"), "shield-lock", "blue"),
    "other": (_("Other services"), "grid", "grey"),
}

#: Turns of life: name, icon. A service may belong to several.
EVENTS = {
    "new_job": (_("A new job"), "briefcase"),
    "change_job": (_("Changing jobs"), "arrow-left-right"),
    "wages_owed": (_("Wages not paid"), "cash-coin"),
    "dispute": (_("Trouble with the employer"), "bank"),
    "injury": (_("Hurt at work"), "bandaid"),
    "illness": (_("Illness and hardship"), "heart-pulse"),
    "family": (_("Marriage, children, care"), "people"),
    "learning": (_("Learning and advancing"), "mortarboard"),
    "proof": (_("A proof is needed"), "patch-check"),
    "my_data": (_("My own data"), "shield-lock"),
    "retirement": (_("Retirement"), "sunset"),
}
