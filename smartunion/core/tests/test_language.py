"""Chinese first, whatever the browser announces; English for who chose it."""

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "language"), [("", "zh-hans"), ("en", "en"), ("klingon", "zh-hans")])
def test_the_cookie_decides_and_the_browsers_settings_do_not(cookie: str, language: str) -> None:
    client = Client(headers={"Accept-Language": "en-US,en"})
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie

    answer = client.get("/nowhere/")

    assert (answer.status_code, answer["Content-Language"]) == (404, language)
    assert f'lang="{language}"' in answer.content.decode()
