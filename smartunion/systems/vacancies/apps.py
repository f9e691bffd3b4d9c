"""Vacancies: job notices issue by issue, from employers that were checked, until the day they end."""

from django.apps import AppConfig


class VacanciesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.vacancies"
    label = "vacancies"
