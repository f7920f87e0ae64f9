"""
Two worlds differ only in what Harbour did in private. Whatever anybody else can obtain is equal, byte for byte.

Ids, salts, tokens and times come from the name of the step, so nothing has to be normalised. See docs/isolation.md.
"""

import pytest

from .isolation.routes import routes
from .isolation.twins import OTHERS, bo_in_both_worlds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_an_orchard_person_cannot_tell_what_harbour_did_in_private(twins):
    """On SQLite, where nothing but the gate stands before a row, forged fields and parameters are tried too."""
    with_private, without = bo_in_both_worlds(twins)

    assert [str(one) for one in with_private.differs(without)] == []


@pytest.mark.once
@pytest.mark.parametrize("who", [who for who in OTHERS if who != "bo@Orchard"])
def test_nobody_else_can_tell_what_harbour_did_in_private(twins, who):
    with_private, without = twins.twice(who, routes(), thorough=False)

    assert [str(one) for one in with_private.differs(without)] == []
