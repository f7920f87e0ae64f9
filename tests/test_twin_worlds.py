"""
Two worlds differ only in what Harbour did in private. Whatever anybody else can obtain is equal, byte for byte.

Ids, salts, tokens and times come from the name of the step, so nothing has to be normalised. See docs/isolation.md.
"""

import pytest
from django.db import connection

from .isolation.routes import routes
from .isolation.twins import OTHERS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


FEW = {"bo@Orchard"}  # who looks on PostgreSQL too, where the wall stands behind the gate


@pytest.mark.parametrize(
    "who", [pytest.param(who, marks=[pytest.mark.once] if who not in FEW else []) for who in OTHERS]
)
def test_nobody_else_can_tell_what_harbour_did_in_private(twins, who):
    """Forged fields and parameters are tried on SQLite, where nothing but the gate stands before a row."""
    is_thorough = OTHERS[who][0] and connection.vendor == "sqlite"
    with_private, without = twins.twice(who, routes(), thorough=is_thorough)

    assert [str(one) for one in with_private.differs(without)] == []
