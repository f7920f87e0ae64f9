"""What the property tests of this folder draw from."""

from decimal import Decimal

from hypothesis import strategies as st

from consortio.kpis.intervals import Interval

decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False)
intervals = st.tuples(decimals, decimals).map(Interval.of)
exact = decimals.map(Interval.exact)
shares = st.decimals(min_value=0, max_value=1, places=3)


def point_in(interval: Interval, share: Decimal) -> Interval:
    """Return one value of an interval, by how far it lies from the low end."""
    inside = interval.low + (interval.high - interval.low) * share
    return Interval.exact(min(max(inside, interval.low), interval.high))
