"""Notices: one inbox per person, SMS, WeChat and e-mail as pluggable senders."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.notices"
    label = "notices"
