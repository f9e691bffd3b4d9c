"""Accounts: who is signed in, in which role, with which reach."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.accounts"
    label = "accounts"
