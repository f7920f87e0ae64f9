"""How much of what is in neutral results: counts, and sums by currency that keep every digit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, localcontext
from typing import Any, TypeAlias

from consortio.interchange.iati_codes import COUNTED
from consortio.interchange.results import Activity, Amount, Indicator, Measure, Result, Results

Json: TypeAlias = Any
NONE = "<none>"
UNREADABLE = "<unparsable>"
DIGITS = 120
REPORTING_SHOWN = 8


def summary(results: Results) -> dict[str, Json]:
    """Return counts by code and amounts as `{"3|USD": {"n": 2, "sum": "10.50"}}`; sums are decimal strings."""
    with localcontext(prec=DIGITS):
        return {
            "root": results.root,
            "version": results.version,
            "encoding": results.encoding,
            **_about_activities(results.activities),
            **_about_money(results.activities),
            **_about_results([one for activity in results.activities for one in activity.results]),
            **{name: sum(one.counts.get(name, 0) for one in results.activities) for name in COUNTED},
            "humanitarian_activities": sum(one.humanitarian for one in results.activities),
            "narrative_langs": dict(_added(one.languages for one in results.activities)),
        }


def _about_activities(activities: tuple[Activity, ...]) -> dict[str, Json]:
    names = [one.identifier for one in activities]
    organisations = [each for one in activities for each in one.organisations]
    return {
        "activities": len(activities),
        "distinct_identifiers": len({name for name in names if name}),
        "empty_identifiers": names.count(""),
        "first_identifier": names[0] if names else None,
        "last_identifier": names[-1] if names else None,
        "reporting_orgs": dict(Counter(one.reporting_ref or NONE for one in activities).most_common(REPORTING_SHOWN)),
        "activity_status": dict(Counter(one.status or NONE for one in activities)),
        "default_currency": dict(Counter(one.default_currency or NONE for one in activities)),
        "participating_org_by_role": dict(Counter(one.role or NONE for one in organisations)),
        "participating_org_distinct_refs": len({one.ref for one in organisations if one.ref}),
        "max_participating_orgs_in_one_activity": max((len(one.organisations) for one in activities), default=0),
        "activity_dates": _dates(activities),
    }


def _dates(activities: tuple[Activity, ...]) -> dict[str, Json]:
    """Return how many dates of each kind there are, by the word in the file, with the first and the last."""
    days: dict[str, list[str]] = {}
    for one in (each for activity in activities for each in activity.dates):
        if one.on is not None:
            days.setdefault(one.written or NONE, []).append(one.on.isoformat())
    return {kind: {"n": len(found), "min": min(found), "max": max(found)} for kind, found in days.items()}


def _about_money(activities: tuple[Activity, ...]) -> dict[str, Json]:
    transactions = [one for activity in activities for one in activity.transactions]
    budgets = [one for activity in activities for one in activity.budgets]
    planned = [one for activity in activities for one in activity.planned_disbursements]
    return {
        "transactions": _sums((one.kind or str(None), one) for one in transactions),
        "n_transactions": len(transactions),
        "budgets": _sums((f"type{one.written or '1(default)'}", one) for one in budgets),
        "planned_disbursements": _sums(("pd", one) for one in planned),
    }


def _sums(amounts: Iterable[tuple[str, Amount]]) -> dict[str, Json]:
    counts: Counter[str] = Counter()
    sums: dict[str, Decimal] = {}
    for kind, amount in amounts:
        key = f"{kind}|{UNREADABLE if amount.value is None else amount.currency or NONE}"
        counts[key] += 1
        sums[key] = sums.get(key, Decimal(0)) + (Decimal(0) if amount.value is None else amount.value)
    return {key: {"n": counts[key], "sum": format(sums[key], "f")} for key in sorted(sums)}


def _about_results(results: list[Result]) -> dict[str, Json]:
    indicators = [one for result in results for one in result.indicators]
    periods = [one for indicator in indicators for one in indicator.periods]
    return {
        "results_by_type": dict(Counter(one.kind or NONE for one in results)),
        "results": len(results),
        "indicators": len(indicators),
        "indicator_measures": dict(Counter(one.measure or NONE for one in indicators)),
        "indicators_descending": sum(not one.ascending for one in indicators),
        "indicators_with_baseline": sum(bool(one.baselines) for one in indicators),
        "indicators_with_numeric_baseline": sum(_first(one.baselines) is not None for one in indicators),
        "periods": len(periods),
        "targets": sum(len(one.targets) for one in periods),
        "actuals": sum(len(one.actuals) for one in periods),
        **_reached(indicators),
    }


def _reached(indicators: list[Indicator]) -> dict[str, Json]:
    pairs = list(_pairs(indicators))
    met = [actual >= target if indicator.ascending else actual <= target for indicator, target, actual in pairs]
    return {
        "periods_with_numeric_target_and_actual": len(pairs),
        "of_these_first_actual_meets_first_target": sum(met),
        "sum_first_targets": format(sum((target for _, target, _ in pairs), start=Decimal(0)), "f"),
        "sum_first_actuals": format(sum((actual for _, _, actual in pairs), start=Decimal(0)), "f"),
    }


def _pairs(indicators: list[Indicator]) -> Iterator[tuple[Indicator, Decimal, Decimal]]:
    for indicator in indicators:
        for period in indicator.periods:
            target, actual = _first(period.targets), _first(period.actuals)
            if target is not None and actual is not None:
                yield indicator, target, actual


def _first(measures: tuple[Measure, ...]) -> Decimal | None:
    return measures[0].value if measures else None


def _added(counters: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return total
