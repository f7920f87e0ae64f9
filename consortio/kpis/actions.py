"""Saying what is measured, claiming readings, and what others say to them. Settling a contested one: see `settling`."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotVisible, Permission, Refused
from consortio.access.models import Circle
from consortio.approvals.actions import propose
from consortio.record.imports import note_import
from consortio.record.log import action, next_number, nothing_changed, record
from consortio.ui.formats import number

from .amounts import check_amount
from .claims import Claim
from .entering import checked_claims
from .models import Kpi, Reading, ReadingState
from .settling import READING
from .steady import check_steady, require_not_agreed
from .taking import Entered, Entering, Settled
from .terms import KpiTerms, checked_terms, terms_of

SERIES = "K"
HEADLINES_MAX = 7
MANY_MAX = 20_000  # readings at once


class Computed(Refused):
    """A KPI with a formula has no readings of its own."""


class Retired(Refused):
    """A KPI that is watched no more takes no readings."""


class OwnReading(Refused):
    """Nobody confirms or contests what their own organisation claims."""


class ReasonMissing(Invalid):
    """Whoever contests says why."""


class WhichGoes(Refused):
    """An eighth headline stands only where one of the others goes, or where all are kept knowingly."""


@action
def define_kpi(
    *,
    actor: Actor,
    circle_id: UUID,
    terms: KpiTerms,
    at: datetime,
    instead_of: UUID | None = None,
    keeps_all: bool = False,
    external_id: str = "",
    imported_id: UUID | None = None,
) -> UUID:
    """
    Begin to watch a measure, for the people of a circle.

    Args:
        instead_of: the headline that goes for this one, where there are seven; `keeps_all` keeps every one, knowingly.
        external_id: what it is called in the file of the import that it came with.

    Raises:
        Invalid: a field, by name, and what was expected.
        WhichGoes.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    if terms.is_headline:
        _make_room(actor, circle.pk, instead_of, keeps_all)
    kpi = Kpi(circle=circle, number=next_number(circle.pk, SERIES), **checked_terms(actor, circle.pk, terms, None))
    kpi.external_id, kpi.imported_id = external_id, imported_id
    kpi.save()
    record("kpi.defined", kpi, number=kpi.number, texts={"name": kpi.name})
    return kpi.pk


def _make_room(actor: Actor, circle_id: UUID, instead_of: UUID | None, keeps_all: bool) -> None:
    headlines = access.visible(actor, Kpi).filter(circle=circle_id, is_headline=True, retired_at=None)
    if instead_of is not None:
        gone = headlines.filter(pk=instead_of).first()
        if gone is None:
            raise Invalid("instead_of", _("Choose one of the headlines that everybody here sees."))
        gone.is_headline = False
        gone.save(update_fields=["is_headline"])
        record("kpi.changed", gone, changes={"is_headline": (True, False)})
    elif not keeps_all and (count := headlines.count()) >= HEADLINES_MAX:
        words = _("%(count)s KPIs stand first already, and nobody watches more at once. Which one goes?")
        raise WhichGoes(words % {"count": count})


@action
def change_kpi(
    *,
    actor: Actor,
    kpi_id: UUID,
    version: int | None,
    changes: Mapping[str, Any],
    at: datetime,
    instead_of: UUID | None = None,
    keeps_all: bool = False,
) -> None:
    """
    Put other values in some fields of a KPI; what is left out stands. `instead_of` and `keeps_all` as in `define_kpi`.
    What others have spoken by stays: see `steady`.

    Raises:
        Invalid: a field, by name, and what was expected.
        WhichGoes.
    """
    kpi = access.lock(actor, Permission.PLAN_EDIT, Kpi, kpi_id, version=version)
    if changes.get("is_headline") and not kpi.is_headline:
        _make_room(actor, kpi.circle_id, instead_of, keeps_all)
    wanted = checked_terms(actor, kpi.circle_id, terms_of(kpi, changes), kpi)
    before = {name: getattr(kpi, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    if not changed:
        return nothing_changed()
    check_steady(actor, kpi, changed, wanted["unit"])
    for name, value in changed.items():
        setattr(kpi, name, value)
    kpi.save(update_fields=list(changed))
    told = {name: (_plain(before[name]), _plain(value)) for name, value in changed.items()}
    record("kpi.changed", kpi, changes=told)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) else str(value)


@action
def retire_kpi(*, actor: Actor, kpi_id: UUID, version: int | None, at: datetime) -> None:
    """
    Watch a measure no more; its readings stay to be read.

    Raises:
        AgreedBy: all members agreed on a goal by it, which has not ended.
    """
    kpi = access.lock(actor, Permission.PLAN_EDIT, Kpi, kpi_id, version=version)
    if kpi.retired_at:
        return nothing_changed()
    require_not_agreed(actor, kpi)
    kpi.retired_at, kpi.is_headline = at, False
    kpi.save(update_fields=["retired_at", "is_headline"])
    record("kpi.retired", kpi)


@action
def watch_again(*, actor: Actor, kpi_id: UUID, version: int | None, at: datetime) -> None:
    """Watch a retired measure anew."""
    kpi = access.lock(actor, Permission.PLAN_EDIT, Kpi, kpi_id, version=version)
    if kpi.retired_at is None:
        return nothing_changed()
    kpi.retired_at = None
    kpi.save(update_fields=["retired_at"])
    record("kpi.watched", kpi)


@action
def claim_readings(
    *, actor: Actor, kpi_id: UUID, claims: Sequence[Claim], at: datetime, imported_id: UUID | None = None
) -> Entered:
    """
    Say for one's organisation what a KPI was in some periods, all or nothing.

    Where the period has a reading of one's own, another figure corrects it, and the old one stays to be read. Where it has
    one of another organisation, the same figure confirms it and another one contests it.

    Raises:
        Computed, Retired, Settled.
        Invalid: a claim, by its place, and what was expected.
    """
    kpi = access.lock(actor, Permission.PROGRESS_UPDATE, Kpi, kpi_id, version=access.ANY)
    _require_readable(kpi)
    wanted = {kpi.pk: checked_claims(kpi, claims, at)}
    return _take(Entering(actor, [kpi], at, imported_id, days=_days(wanted)), wanted)[kpi.pk]


@action
def claim_many(
    *,
    actor: Actor,
    joint_id: UUID,
    claims: Mapping[UUID, Sequence[Claim]],
    at: datetime,
    file: tuple[str, str] | None = None,
) -> Mapping[UUID, Entered]:
    """
    Say what several KPIs of a partnership were, each as in `claim_readings`: all of it or nothing.

    The number of statements does not grow with the claims.

    Args:
        claims: by KPI.
        file: name and SHA-256 of the file they stood in, if they did.

    Raises:
        NotVisible, NotPermitted, Computed, Retired, Settled.
        Invalid: a claim, as "<id of the KPI>.claims.0.value", and what was expected.
    """
    joint = access.lock(actor, Permission.EXPORT, Circle, joint_id)  # each circle asks for what it takes
    kpis = _locked(actor, joint.partnership_id, claims)
    wanted = {}
    for kpi in kpis:
        _require_readable(kpi)
        wanted[kpi.pk] = _checked(kpi, claims[kpi.pk], at)
    if (count := sum(len(each) for each in wanted.values())) > MANY_MAX:
        raise Invalid("claims", _("At most %(most)s values at once; these are %(count)s.") % _most(count))
    if not wanted:
        raise Invalid("claims", _("Enter at least one value."))
    imports = _imported(kpis, wanted, file)
    return _take(Entering(actor, kpis, at, imports, days=_days(wanted)), wanted)


def _locked(actor: Actor, partnership_id: UUID, claims: Collection[UUID]) -> list[Kpi]:
    """Return KPIs in which one may enter readings, held until the end. Raises: NotVisible, NotPermitted."""
    circle_ids = set(access.visible(actor, Kpi).filter(pk__in=claims).values_list("circle_id", flat=True))
    for circle_id in sorted(circle_ids):
        circle = access.lock(actor, Permission.PROGRESS_UPDATE, Circle, circle_id)
        if circle.partnership_id != partnership_id:
            raise NotVisible
    rows = access.visible(actor, Kpi).filter(pk__in=claims).order_by("pk")
    kpis = list(rows.select_for_update(no_key=True, of=("self",)))
    if len(kpis) != len(claims):
        raise NotVisible
    return kpis


def _checked(kpi: Kpi, claims: Sequence[Claim], at: datetime) -> list[Claim]:
    try:
        return checked_claims(kpi, claims, at)
    except Invalid as refusal:
        raise Invalid(f"{kpi.pk}.{refusal.field}", str(refusal)) from None


def _most(count: int) -> dict[str, str]:
    return {"most": number(MANY_MAX), "count": number(count)}


def _imported(
    kpis: Sequence[Kpi], wanted: Mapping[UUID, Sequence[Claim]], file: tuple[str, str] | None
) -> Mapping[UUID, UUID]:
    """Note the file in each circle whose readings stood in it. Returns the notes by circle."""
    if file is None:
        return {}
    counts = Counter({circle_id: 0 for circle_id in sorted({kpi.circle_id for kpi in kpis})})
    for kpi in kpis:
        counts[kpi.circle_id] += len(wanted[kpi.pk])
    return {pk: note_import(pk, name=file[0], file_hash=file[1], rows=rows).pk for pk, rows in counts.items()}


def _require_readable(kpi: Kpi) -> None:
    if kpi.formula:
        raise Computed(_("%(kpi)s is computed from others, so nobody enters readings of it.") % {"kpi": kpi.name})
    if kpi.retired_at:
        raise Retired(_("%(kpi)s is watched no more, so it takes no readings.") % {"kpi": kpi.name})


def _days(wanted: Mapping[UUID, Sequence[Claim]]) -> set[date]:
    return {claim.start_on for claims in wanted.values() for claim in claims}


def _take(entering: Entering, wanted: Mapping[UUID, Sequence[Claim]]) -> Mapping[UUID, Entered]:
    for kpi_id, claims in wanted.items():
        for claim in claims:
            entering.take(kpi_id, claim)
    entering.finish()
    return entering.done


@action
def take_stance(
    *,
    actor: Actor,
    reading_id: UUID,
    version: int | None,
    is_confirming: bool,
    at: datetime,
    value: Decimal | None = None,
    reason: str = "",
) -> str:
    """
    Confirm or contest another organisation's reading; the newest word of an organisation holds. Returns the state.

    Args:
        value: of one that contests, what it is by one's own figures, if one has any.

    Raises:
        OwnReading, Settled, ReasonMissing.
    """
    reading = access.lock(actor, Permission.PROGRESS_UPDATE, Reading, reading_id, version=version)
    _require_open(reading)
    if reading.organisation_id == actor.organisation_id:
        raise OwnReading(_("Your own organisation claims this; another one confirms or contests it."))
    if not is_confirming and not reason.strip():
        raise ReasonMissing("reason", _("Why: whoever contests a reading says why."))
    check_amount("value", value)
    kpi = access.get(actor, Kpi, reading.kpi_id)
    entering = Entering(actor, [kpi], at, days={reading.start_on})
    held = entering.held(kpi.pk, reading.start_on)
    differs = value if not is_confirming and value != held.value else None
    entering.say(held, is_confirming, differs, reason.strip())
    entering.finish()
    return str(held.state)


@action
def propose_value(
    *,
    actor: Actor,
    reading_id: UUID,
    version: int | None,
    value: Decimal,
    days: int,
    at: datetime,
    reason: str = "",
) -> UUID:
    """
    Put to all members which figure of a contested reading holds, or another one of a settled one. Returns the proposal's id.

    Raises:
        Settled: nobody contests it, it was corrected, or this figure holds already.
    """
    reading = access.lock(actor, Permission.PLAN_EDIT, Reading, reading_id, version=version)
    is_settled = reading.state == ReadingState.RESOLVED
    if not is_settled:
        _require_open(reading)
    if not is_settled and reading.state != ReadingState.CONTESTED:
        raise Settled(_("Nobody contests this reading, so there is nothing to decide."))
    check_amount("value", value)
    if is_settled and value == reading.low:
        raise Settled(_("The members have settled on this figure already: propose another one."))
    content = {"value": format(value, "f")} | ({"before": format(reading.low, "f")} if is_settled else {})
    own = {"circle_id": reading.circle_id, "kind": READING, "content": content, "subject_id": reading.pk}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


def _require_open(reading: Reading) -> None:
    if reading.state == ReadingState.RESOLVED:
        raise Settled(_("The members have decided what this reading is; another decision may change it."))
    if reading.state == ReadingState.CORRECTED:
        raise Settled(_("This reading was corrected meanwhile: look at the one in its place."))
