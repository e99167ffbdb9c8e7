"""Settings come from the environment and from overrides, and say what is wrong with them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings


def test_defaults_serve_this_machine_only() -> None:
    """Without any setting the server listens on this machine and lets its scripts in."""
    settings = Settings.load({})
    assert settings == Settings()
    assert settings.loopback
    assert settings.admits_no_origin


def test_environment_is_read_by_type() -> None:
    """Each variable becomes the type of its field."""
    settings = Settings.load(
        {
            "ASKWELL_PORT": " 9000 ",
            "ASKWELL_FAQ": "/srv/faq",
            "ASKWELL_POLL": "yes",
            "ASKWELL_RATE": "2.5",
            "ASKWELL_ORIGINS": "https://a.example, https://b.example:8443",
            "ASKWELL_ALLOW_NO_ORIGIN": "off",
        }
    )
    assert (settings.port, settings.faq, settings.poll) == (9000, Path("/srv/faq"), True)
    assert settings.origins == ("https://a.example", "https://b.example:8443")
    assert (settings.rate, settings.allow_no_origin) == (2.5, False)


def test_overrides_win_and_none_leaves_the_environment_alone() -> None:
    """A command line option wins over the environment; an option not given does not."""
    environ = {"ASKWELL_PORT": "9000", "ASKWELL_HOST": "::1"}
    settings = Settings.load(environ, port=9001, host=None)
    assert (settings.port, settings.host) == (9001, "::1")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("ASKWELL_PORT", "eighty", "port (ASKWELL_PORT): must be a whole number, not 'eighty'"),
        ("ASKWELL_PORT", "70000", "port (ASKWELL_PORT): must be a whole number from 0 to 65535"),
        ("ASKWELL_POLL", "maybe", "poll (ASKWELL_POLL): must be yes or no, not 'maybe'"),
        ("ASKWELL_RATE", "0", "rate (ASKWELL_RATE): must be more than 0, not 0"),
        ("ASKWELL_RATE", "nan", "rate (ASKWELL_RATE): must be more than 0, not nan"),
        ("ASKWELL_BURST", "-1", "burst (ASKWELL_BURST): must be more than 0, not -1"),
        ("ASKWELL_SECRET", "short", "secret (ASKWELL_SECRET): must have at least 32 characters"),
        ("ASKWELL_ORIGINS", "clinic.example", "origins (ASKWELL_ORIGINS): must look like https"),
        ("ASKWELL_ORIGINS", "https://a.example/chat", "not 'https://a.example/chat'"),
        ("ASKWELL_ORIGINS", "https://a.example:99999", "not 'https://a.example:99999'"),
        ("ASKWELL_PROXIES", "10.0.0.1/8", "proxies (ASKWELL_PROXIES): must be addresses or"),
        ("ASKWELL_PROT", "8080", "there is no such setting; did you mean ASKWELL_PORT?"),
    ],
)
def test_bad_values_are_named(variable: str, value: str, sentence: str) -> None:
    """A value that makes no sense is refused with its name and what would be right."""
    with pytest.raises(SettingsError) as caught:
        Settings.load({variable: value})
    assert sentence in str(caught.value)


def test_unknown_overrides_are_refused() -> None:
    """A misspelt keyword is an error, not silently ignored."""
    with pytest.raises(SettingsError, match="no such setting"):
        Settings.load({}, prot=8080)


def test_variables_of_other_tools_are_left_alone() -> None:
    """A variable that only shares our prefix is no error."""
    assert Settings.load({"ASKWELL_SOMETHING_ELSE": "1"}) == Settings()


def test_production_refuses_an_open_door() -> None:
    """In production every allowed origin has a name."""
    with pytest.raises(SettingsError, match="lets everyone in"):
        Settings(production=True, origins=("*",))


@pytest.mark.parametrize(
    ("host", "production", "allow", "admitted"),
    [
        ("127.0.0.1", False, None, True),
        ("localhost", False, None, True),
        ("::1", False, None, True),
        ("127.0.0.1", True, None, False),
        ("0.0.0.0", False, None, False),  # noqa: S104  only compared
        ("chat.example", False, None, False),
        ("0.0.0.0", False, True, True),  # noqa: S104  only compared
        ("127.0.0.1", False, False, False),
    ],
)
def test_clients_without_origin(
    host: str, production: bool, allow: bool | None, admitted: bool
) -> None:
    """Scripts are let in on this machine alone, unless the setting says otherwise."""
    settings = Settings(host=host, production=production, allow_no_origin=allow)
    assert settings.admits_no_origin is admitted


def test_the_secret_is_never_shown() -> None:
    """Printing the settings does not print the key."""
    assert "k" * 32 not in repr(Settings(secret="k" * 32))


def test_each_setting_is_documented() -> None:
    """Every field has its docstring in the source."""
    source = Path(__file__).parent.parent.joinpath("bot/settings.py").read_text(encoding="utf-8")
    for each in fields(Settings):
        _, _, after = source.partition(f"    {each.name}: ")
        assert after.split("\n", 2)[1].strip().startswith('"""'), each.name
