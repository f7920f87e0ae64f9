"""The document names figures; here they are compared with those that hold."""

import re
from pathlib import Path

from django.conf import settings

from consortio.accounts import addresses, bearer, factors, links, passwords, sessions, tokens
from consortio.settings_sign_in import PASSWORD_HASHERS

PAGE = (Path(settings.ROOT) / "docs" / "signing-in.md").read_text()
UNITS = {"minute": "m", "hour": "h", "day": "d"}


def limits(row: str) -> set[tuple[int, str]]:
    """Return the limits that the row of the table names."""
    cells = re.search(rf"^\| {re.escape(row)} \| (.*) \|$", PAGE, re.MULTILINE)[1]
    return {(int(n), UNITS[unit]) for n, unit in re.findall(r"(\d+) (?:a|an) (minute|hour|day)", cells)}


def set_limits(action: str, per: str) -> set[tuple[int, str]]:
    rates = settings.ACCOUNT_RATE_LIMITS[action].split(",")
    return {(int(n), unit) for n, unit, whose in (rate.split("/") for rate in rates) if whose == per}


def test_the_limits_are_those_that_are_set():
    assert limits("wrong passwords, one account") == set_limits("login_failed", "key")
    assert limits("wrong passwords, one sender") == set_limits("login_failed", "ip")
    assert limits("attempts, one sender") == set_limits("login", "ip")
    assert limits("asking for a code") == set_limits("request_login_code", "key") | set_limits(
        "request_login_code", "ip"
    )
    assert limits("asking for a new password") == set_limits("reset_password", "key") | set_limits(
        "reset_password", "ip"
    )
    assert limits("second step, proofs") == set_limits("reauthenticate", "user")
    assert limits("calls of the API, one token") == {(bearer.CALLS_A_MINUTE, "m")}


def test_the_figures_are_those_that_hold():
    hasher = passwords.Argon2id
    assert PASSWORD_HASHERS == [f"{hasher.__module__}.{hasher.__qualname__}"]
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (19 * 1024, 2, 1)
    assert (settings.PASSWORD_LENGTH_MIN, settings.PASSWORD_LENGTH_MAX) == (12, 128)
    assert (sessions.IDLE.total_seconds(), settings.SESSION_COOKIE_AGE) == (8 * 3600, 7 * 24 * 3600)
    assert (settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT, settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS) == (15 * 60, 3)
    assert (settings.ACCOUNT_REAUTHENTICATION_TIMEOUT, settings.PASSWORD_RESET_TIMEOUT) == (5 * 60, 3600)
    assert (addresses.LIVES.total_seconds(), links.LIVES.days, factors.RECOVERY_CODES) == (3600, 1, 10)
    assert f"at most {tokens.DAYS_MAX} days" in PAGE and f"at most {tokens.HELD_MAX} that are good" in PAGE
    assert [scope for scope in tokens.SCOPES if f"`{scope}`" not in PAGE] == []
