"""The token opens one conversation, on one site, for a day; nobody can make or change one."""

from __future__ import annotations

import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.origins import OWN, Origins
from components.web import WebChannel
from components.web_sessions import IDLE_S, SKEW_S, Session, Sessions
from components.web_settings import WebSettings
from leads.errors import SettingsError

KEY, OTHER_KEY = "k" * 32, "o" * 32
SITE = "https://www.firm.example"
NOW = 1_795_000_000.0
SESSIONS = Sessions([KEY])


def test_a_token_opens_its_conversation() -> None:
    session = SESSIONS.new(SITE)
    assert SESSIONS.read(SESSIONS.token(session, NOW), SITE, NOW) == session
    begun = Session(session.conversation, SITE, begun=True)
    assert SESSIONS.read(SESSIONS.token(begun, NOW), SITE, NOW) == begun


def test_conversations_cannot_be_guessed() -> None:
    names = {SESSIONS.new(SITE).conversation for _ in range(1_000)}
    assert len(names) == 1_000
    assert all(re.fullmatch(r"web-[0-9a-f]{32}", name) for name in names)


def test_it_is_of_no_use_on_another_site() -> None:
    token = SESSIONS.token(SESSIONS.new(SITE), NOW)
    for site in (OWN, "https://evil.example", SITE + ".evil.example", SITE.replace("https", "http")):
        assert SESSIONS.read(token, site, NOW) is None


@pytest.mark.parametrize(
    ("later", "good"), [(0, True), (IDLE_S, True), (IDLE_S + 1, False), (-SKEW_S - 1, False)]
)
def test_it_is_good_for_a_day(later: float, good: bool) -> None:
    token = SESSIONS.token(SESSIONS.new(SITE), NOW)
    assert (SESSIONS.read(token, SITE, NOW + later) is not None) == good


def test_another_key_makes_no_token_of_ours() -> None:
    forged = Sessions([OTHER_KEY]).token(SESSIONS.new(SITE), NOW)
    assert SESSIONS.read(forged, SITE, NOW) is None


def test_a_key_can_be_changed_while_people_chat() -> None:
    token = SESSIONS.token(SESSIONS.new(SITE), NOW)
    after = Sessions([OTHER_KEY, KEY])
    assert after.read(token, SITE, NOW)
    assert Sessions([OTHER_KEY]).read(after.token(after.new(SITE), NOW), SITE, NOW)


def test_changing_any_character_spoils_it() -> None:
    session = SESSIONS.new(SITE)
    token = SESSIONS.token(session, NOW)
    for place in range(len(token)):
        for char in "A-z.":
            changed = token[:place] + char + token[place + 1 :]
            read = SESSIONS.read(changed, SITE, NOW)
            # The last character of base64 has spare bits: it may read alike, but never as anything else.
            assert changed == token or read is None or (place == len(token) - 1 and read == session)


@given(
    st.none()
    | st.integers()
    | st.binary()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
)
def test_nonsense_is_no_token(nonsense: object) -> None:
    assert SESSIONS.read(nonsense, SITE, NOW) is None


def test_signed_nonsense_is_none_either() -> None:
    sign = SESSIONS._serializer.dumps
    for content in (None, 1, "x", [], ["web-1", SITE, 0, 0], {"a": 1}, ["web-" + "0" * 32, SITE, 0]):
        assert SESSIONS.read(sign(content), SITE, NOW) is None
    assert SESSIONS.read("x" * 1_000_000, SITE, NOW) is None


# ---- the settings ------------------------------------------------------------------------------------


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {"WEB_KEY_FILE": str(folder / "web.key"), **more}


def test_the_first_run_makes_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    first = WebSettings.from_environment(environment(tmp_path))
    mode = stat.S_IMODE((tmp_path / "web.key").stat().st_mode)
    assert mode == 0o600
    assert len(first.secrets[0]) >= 32
    assert WebSettings.from_environment(environment(tmp_path)) == first
    assert os.listdir(tmp_path) == ["web.key"]


def test_two_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: WebSettings.from_environment(environment(tmp_path)), range(8)))
    assert len(set(made)) == 1


def test_a_secret_of_the_environment_comes_first(tmp_path: Path) -> None:
    settings = WebSettings.from_environment(environment(tmp_path, WEB_SECRET=f"{KEY}, {OTHER_KEY}"))
    assert settings.secrets == (KEY, OTHER_KEY)
    assert not os.listdir(tmp_path)
    assert KEY not in repr(settings)


@pytest.mark.parametrize("secret", ["short", "x" * 31, f"{KEY},short"])
def test_a_short_secret_is_refused_without_being_shown(tmp_path: Path, secret: str) -> None:
    with pytest.raises(SettingsError, match="WEB_SECRET must have 32 characters or more") as caught:
        WebSettings.from_environment(environment(tmp_path, WEB_SECRET=secret))
    assert secret not in str(caught.value)


def test_the_server_does_not_start_with_a_short_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_SECRET", "short")
    with pytest.raises(
        SystemExit, match="^The website channel cannot start: WEB_SECRET must have 32 characters"
    ):
        WebChannel.from_credentials(None)


def test_a_spoilt_key_file_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"short\n", b"\xff" * 40):
        (tmp_path / "web.key").write_bytes(content)
        with pytest.raises(SettingsError, match="WEB_KEY_FILE"):
            WebSettings.from_environment(environment(tmp_path))
    with pytest.raises(SettingsError, match="WEB_KEY_FILE"):
        WebSettings.from_environment({"WEB_KEY_FILE": str(tmp_path / "no" / "such" / "folder")})


def test_sites_are_read_as_a_browser_writes_them(tmp_path: Path) -> None:
    written = "https://WWW.firm.example/ , http://localhost:8080,https://firm.example:443,http://[::1]:80"
    settings = WebSettings.from_environment(environment(tmp_path, WEB_ORIGINS=written))
    assert settings.origins == {SITE, "http://localhost:8080", "https://firm.example", "http://[::1]"}


@pytest.mark.parametrize(
    "site", ["*", "firm.example", "https://", "https://firm.example/path", "null", "https://*.x.y"]
)
def test_no_site_is_meant_by_chance(tmp_path: Path, site: str) -> None:
    with pytest.raises(SettingsError, match="WEB_ORIGINS"):
        WebSettings.from_environment(environment(tmp_path, WEB_ORIGINS=f"{SITE},{site}"))


@pytest.mark.parametrize("number", ["-1", "10", "one", "1.5", "²"])
def test_proxies_are_a_small_number(tmp_path: Path, number: str) -> None:
    with pytest.raises(SettingsError, match="WEB_PROXIES"):
        WebSettings.from_environment(environment(tmp_path, WEB_PROXIES=number))


# ---- which site ---------------------------------------------------------------------------------------


def asked(origin: str | None, host: str = "bot.firm.example", **more: str) -> dict[str, str]:
    return {"HTTP_HOST": host, **({"HTTP_ORIGIN": origin} if origin is not None else {}), **more}


@pytest.mark.parametrize("origin", ["https://bot.firm.example", "http://bot.firm.example", None, ""])
def test_the_servers_own_site_has_one_name(origin: str | None) -> None:
    origins = Origins(frozenset(), proxied=False)
    assert origins.name(asked(origin)) == OWN
    assert origins.allows(origin, asked(origin))


def test_only_listed_sites_get_in() -> None:
    origins = Origins(frozenset({SITE}), proxied=False)
    assert origins.allows(SITE, asked(SITE)) and origins.name(asked(SITE)) == SITE
    for origin in (
        "https://evil.example",
        "null",
        SITE + ":8443",
        "https://bot.firm.example.evil.example",
        "x",
    ):
        assert not origins.allows(origin, asked(origin))
        assert origins.name(asked(origin)) != OWN


def test_the_host_that_a_proxy_was_asked_for_counts_only_behind_one() -> None:
    request = asked("https://chat.example", HTTP_X_FORWARDED_HOST="chat.example, inner")
    assert Origins(frozenset(), proxied=True).allows("https://chat.example", request)
    assert not Origins(frozenset(), proxied=False).allows("https://chat.example", request)
