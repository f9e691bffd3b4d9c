"""Where a request comes from, with honest and hostile headers."""

from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from smartunion.ground.accounts.origin import Origin, agent_of, client_address


def address(settings: Any, proxies: int, forwarded: str | None, direct: str = "10.0.0.9") -> str:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=direct, **headers))


def test_without_proxies_the_header_is_ignored(settings: Any) -> None:
    assert address(settings, 0, "1.2.3.4") == "10.0.0.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "<script>", "10.0.0.9"),
        (1, "203.0.113.7:443", "10.0.0.9"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: Any, proxies: int, forwarded: str, found: str
) -> None:
    assert address(settings, proxies, forwarded) == found


@given(st.text(max_size=60))
def test_a_made_up_left_part_changes_nothing(left: str) -> None:
    from django.conf import settings

    before = settings.TRUSTED_PROXIES
    settings.TRUSTED_PROXIES = 1
    try:
        request = RequestFactory().get(
            "/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=f"{left}, 203.0.113.7"
        )
        assert client_address(request) == "203.0.113.7"
    finally:
        settings.TRUSTED_PROXIES = before


def test_limits_count_by_address_or_by_the_network_a_client_can_roam_in() -> None:
    assert Origin("203.0.113.7").network == "203.0.113.7"
    assert Origin("2001:db8:1:2:3:4:5:6").network == Origin("2001:db8:1:2:ffff::").network
    assert Origin("nonsense").network == "unknown"


def test_the_owner_sees_only_half_of_an_address() -> None:
    assert [Origin(a).masked for a in ("203.0.113.7", "2001:db8:1:2::9", "")] == [
        "203.0.*.*",
        "2001:db8:…",
        "",
    ]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0", "微信 · Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari · iOS"),
        ("curl/8", ""), ("", ""), ("x" * 5000, ""),
    ],
)  # fmt: skip
def test_browsers_are_named_in_a_few_words(agent: str, words: str) -> None:
    assert agent_of(RequestFactory().get("/", headers={"user-agent": agent})) == words
