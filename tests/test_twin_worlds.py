"""
Two worlds differ only in what Harbour did in private. Whatever anybody else can obtain is equal, byte for byte.

Ids, salts, tokens and times come from the name of the step, so nothing has to be normalised. See docs/isolation.md.
"""

import pytest

from .isolation.routes import routes
from .isolation.twins import OTHERS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_can_tell_what_harbour_did_in_private(twins, who):
    with_private, without = twins.twice(who, routes())

    assert [str(one) for one in with_private.differs(without)] == []
