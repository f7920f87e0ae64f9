"""What is said of decisions, in the reader's language."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import day, instant, listing, number

from .models import DecisionState
from .reads import DecisionPage, DecisionRow
from .rules import WITHDRAWN


def state_words(state: str) -> str:
    return {
        DecisionState.DRAFT.value: _("Draft"),
        DecisionState.PROPOSED.value: _("Proposed"),
        DecisionState.AGREED.value: _("Agreed"),
        DecisionState.REJECTED.value: _("Rejected"),
        DecisionState.LAPSED.value: _("Lapsed"),
        DecisionState.SUPERSEDED.value: _("Superseded"),
        WITHDRAWN: _("Withdrawn"),
    }[str(state)]


def badge_kind(state: str) -> str:
    return {DecisionState.PROPOSED: "proposed", DecisionState.AGREED: "kept"}.get(state, "")  # type: ignore[call-overload]  # any text may be asked for


def read_words(read: int, total: int) -> str:
    """Return "2 of 5 have read it"."""
    said = ngettext("%(read)s of %(n)s has read it", "%(read)s of %(n)s have read it", read)
    return said % {"read": number(read), "n": number(total)}


def is_told(row: DecisionRow) -> bool:
    """Tell whether somebody said of others that they agreed: nobody asked these themselves, so they have no answer here."""
    return bool(row.agreed_by and row.circle and len(row.circle.organisations) > 1)


def kind_words(kind: str) -> str:
    """Return what a row is that a decision governs."""
    return {"item": _("item"), "goal": _("goal"), "kpi": _("KPI"), "other": _("decision")}[kind]


def lede(page: DecisionPage, today: date) -> str:
    """Return one sentence: what holds and since when, or what it waits for."""
    row = page.row
    said = {"chosen": row.chosen, "on": instant(row.decided_at, today), "who": row.person}
    if row.state == WITHDRAWN:
        return _("This draft was withdrawn on %(on)s.") % {"on": instant(row.withdrawn_at, today)}
    if row.state == DecisionState.DRAFT:
        return _draft_lede(page)
    if row.state == DecisionState.PROPOSED:
        return _("“%(chosen)s” is proposed; the members are asked.") % said
    if row.state == DecisionState.REJECTED:
        return _("“%(chosen)s” was rejected on %(on)s. Nothing has changed.") % said
    if row.state == DecisionState.LAPSED:
        return _("“%(chosen)s” lapsed on %(on)s. Nothing has changed.") % said
    if row.state == DecisionState.SUPERSEDED:
        return _("“%(chosen)s” was agreed on %(on)s, and holds no more.") % said
    return _agreed_lede(page, today)


def _draft_lede(page: DecisionPage) -> str:
    if not page.row.chosen:
        return _("A draft: nothing is chosen yet.")
    if page.is_of_members:
        return _("A draft: “%(chosen)s” is to be proposed to all members.") % {"chosen": page.row.chosen}
    return _("A draft: “%(chosen)s” is to be settled.") % {"chosen": page.row.chosen}


def _agreed_lede(page: DecisionPage, today: date) -> str:
    row = page.row
    said = {"chosen": row.chosen, "on": instant(row.decided_at, today)}
    held = _("“%(chosen)s”: agreed on %(on)s.") % said
    if page.row.agreed_by:
        names = listing(member.name for member in page.row.agreed_by)
        words = _("“%(chosen)s”: settled on %(on)s; agreed: %(names)s.")
        if is_told(row):
            words = _("“%(chosen)s”: settled on %(on)s; who settled it says that these agreed: %(names)s.")
        held = words % (said | {"names": names})
    if row.effective_on and row.effective_on > today:
        return f"{held} " + _("It takes effect on %(day)s.") % {"day": day(row.effective_on, today)}
    return held
