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


numbers = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2})?|[0-9]{1,14}\.[0-9]{14}|0\.0{27}1", fullmatch=True)
kpis = st.integers(1, 4).map(lambda number: f"[K-{number}]")
functions = st.sampled_from(["sum", "mean", "min", "max"])


def _larger(inner):
    calls = st.tuples(functions, st.lists(inner, min_size=1, max_size=3))
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
        inner.map("({})".format),
        inner.map("-({})".format),
        calls.map(lambda call: f"{call[0]}({', '.join(call[1])})"),
    )


formula_texts = st.recursive(st.one_of(kpis, kpis, numbers), _larger, max_leaves=12)
