"""What is said of a proposal, in the reader's language."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import instant, listing
from consortio.ui.marks import Mark

from .models import Rule, State, Verdict
from .reads import ProposalRow
from .registry import kinds, subject_of


def state_words(state: str) -> str:
    return {
        State.OPEN: _("Waits for answers"),
        State.DUE: _("Being counted"),
        State.AGREED: _("Agreed"),
        State.REFUSED: _("Refused"),
        State.LAPSED: _("Lapsed"),
        State.OUTDATED: _("Outdated"),
        State.WITHDRAWN: _("Withdrawn"),
    }[State(state)]


def badge_kind(state: str) -> str:
    return {State.OPEN: "proposed", State.DUE: "proposed", State.AGREED: "kept"}.get(State(state), "")


def verdict_words(verdict: str) -> str:
    said = {Verdict.APPROVE: _("Agrees"), Verdict.OBJECT: _("Objects"), Verdict.ABSTAIN: _("Abstains")}
    return said[Verdict(verdict)]


def own_words(verdict: str) -> str:
    """Return what one's own organisation has said, in the middle of a sentence."""
    said = {Verdict.APPROVE: _("agreed"), Verdict.OBJECT: _("objected"), Verdict.ABSTAIN: _("abstained")}
    return said[Verdict(verdict)]


def seats_of(row: ProposalRow) -> list[tuple[Mark, str]]:
    """Return each organisation that has a vote with the name of its answer, as the row of seats is drawn."""
    said = {Verdict.APPROVE: "agreed", Verdict.OBJECT: "objects", Verdict.ABSTAIN: "abstains"}
    counted = (each for each in row.answers if each.is_counted)
    return [(each.mark, said[Verdict(each.verdict)] if each.verdict else "waiting") for each in counted]


def answered_words(row: ProposalRow) -> str:
    """Return "2 of 3 agree"."""
    counted = sum(each.is_counted for each in row.answers)
    agreed = len(row.agreed_by)
    return ngettext("%(agreed)s of %(n)s agrees", "%(agreed)s of %(n)s agree", agreed) % {
        "agreed": agreed,
        "n": counted,
    }


def lede(row: ProposalRow, today: date) -> str:
    """Return who has agreed, whom it waits for and until when, and who is against it; or how it ended."""
    if row.state == State.DUE:
        return _("The time to answer is over. What was said is counted within a minute.")
    if row.state != State.OPEN:
        return _ended(row, today)
    return " ".join([_open(row, today), *_against(row)])


def _open(row: ProposalRow, today: date) -> str:
    until = instant(row.deadline_at, today)
    names, waits = _names(row.agreed_by), _names(row.waits_for)
    if not row.waits_for:
        return _waits_for_nobody(row, until)
    if not row.agreed_by:
        return _("It waits for %(waits)s until %(until)s.") % {"waits": waits, "until": until}
    said = ngettext(
        "%(names)s agrees; it waits for %(waits)s until %(until)s.",
        "%(names)s agree; it waits for %(waits)s until %(until)s.",
        len(row.agreed_by),
    )
    return said % {"names": names, "waits": waits, "until": until}


def _against(row: ProposalRow) -> list[str]:
    """Return who objects to what is still open: no side's answer stands in the first line without the other's."""
    against = row.objected_by
    said = ngettext("%(names)s objects.", "%(names)s object.", len(against))
    return [said % {"names": _names(against)}] if against else []


def _waits_for_nobody(row: ProposalRow, until: str) -> str:
    decider = row.names.get(row.terms.decider) if row.terms.decider else None
    if row.terms.rule == Rule.LEAD and decider:
        return _("All have been heard; %(name)s decides until %(until)s.") % {"name": decider, "until": until}
    if row.terms.rule == Rule.LEAD:
        return _("Whoever was to decide has no vote any more: it lapses on %(until)s.") % {"until": until}
    return _("Nobody is waited for any more: it is decided with the next answer, or within a minute.")


def _ended(row: ProposalRow, today: date) -> str:
    on = instant(row.decided_at, today)
    if row.state == State.AGREED:
        return " ".join([_("Agreed on %(on)s. It is in force since then.") % {"on": on}, *_dissent(row)])
    if row.state == State.REFUSED:
        return _refused(row, on)
    if row.state == State.LAPSED:
        return _lapsed(row, on)
    if row.state == State.OUTDATED:
        return _("Outdated since %(on)s: what it would change had become another by then. Nothing has changed.") % {
            "on": on
        }
    return _("Withdrawn on %(on)s by %(name)s. Nothing has changed.") % {"on": on, "name": row.proposer.name}


def _dissent(row: ProposalRow) -> list[str]:
    against = row.objected_by
    said = ngettext("%(names)s objected.", "%(names)s objected.", len(against))
    return [said % {"names": _names(against)}] if against else []


def _refused(row: ProposalRow, on: str) -> str:
    if not row.objected_by:
        return _("Refused on %(on)s: nobody agreed to it. Nothing has changed.") % {"on": on}
    told = {"on": on, "names": _names(row.objected_by)}
    if row.terms.rule == Rule.UNANIMOUS:
        return _("Refused on %(on)s, because %(names)s objected. Nothing has changed.") % told
    return _("Refused on %(on)s. Against it: %(names)s. Nothing has changed.") % told


def _lapsed(row: ProposalRow, on: str) -> str:
    if row.terms.rule == Rule.UNANIMOUS:
        return _("Lapsed on %(on)s, before everybody had agreed. Nothing has changed.") % {"on": on}
    return _("Lapsed on %(on)s: too few had answered. Nothing has changed.") % {"on": on}


def given_words(verdict: str, number: str) -> str:
    """Say what was answered, to whoever answered it."""
    said = {
        Verdict.APPROVE: _("You agreed to %(number)s."),
        Verdict.OBJECT: _("You objected to %(number)s."),
        Verdict.ABSTAIN: _("You abstained on %(number)s."),
    }
    return said[Verdict(verdict)] % {"number": number}


def outdated_words() -> str:
    return _("What this would change has become another meanwhile, so your yes was not kept: propose it anew.")


def _names(marks: Sequence[Mark]) -> str:
    return listing(mark.name for mark in marks)


def ways_to_propose(partnership_id: UUID) -> list[tuple[str, str]]:
    """Return what can be proposed to this partnership: its words, and the address where that begins."""
    found = [(subject_of(kind).words(), subject_of(kind).begin(partnership_id)) for kind in kinds()]
    return sorted((words, way) for words, way in found if way)
