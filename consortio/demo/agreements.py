"""What the three organisations agreed to, and what waits for one of them now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from consortio.approvals.actions import answer_proposal, propose_rule
from consortio.approvals.reads import proposal_page
from consortio.approvals.rules import Terms
from consortio.charters.actions import propose_charter, propose_stage
from consortio.plans.actions import propose_baseline

from .cast import COMPANIES
from .stage import Stage, staff

FIRST_CHARTER = {
    "purpose": "Quiet Crossing turns the Halvorsund line electric: two rebuilt ferries, charging at both quays, and no crossing "
    "cancelled for it.",
    "vision": "A line that the islands hear only by its horn, and whose plans other counties ask for.",
    "wants": "Halvorsund Ferries: a line that keeps its timetable and its grant.\n\nVoltmere Systems: towers and batteries that "
    "can be shown to the next county.\n\nBrightkeel Delivery: two rebuilt ferries on one dock, paid as agreed.",
    "scope_in": "Both ferries, both quays, the energy supply of the quays, training of the crews.",
    "scope_out": "The timetable, the tariffs, and whatever follows after the first winter.",
    "principles": "Bad news travels first.\n\nNobody reports for somebody else.",
    "cadence": "The leads speak every Tuesday; the steering committee meets on the first Thursday of the month and reads two days "
    "before.",
    "deciding": "What changes a date of the agreed plan by more than a week goes to the steering committee.",
    "disagreeing": "Two who cannot agree tell both leads within five working days; after ten the sponsors decide together.",
}
AFTER_THE_STORM = FIRST_CHARTER | {
    "deciding": "What changes a date of the agreed plan by more than ten working days goes to the steering committee. Between two "
    "meetings the three leads decide together.",
}
WANTED_NOW = AFTER_THE_STORM | {
    "sharing": "Dates, risks and costs of joint work are common. Prices, wages and offers stay in house.",
    "ending": "Six months of notice. What is under way is finished or handed over, with its papers.",
}


def found_together(stage: Stage, at: datetime) -> None:
    """Agree on a first charter, and that the joint work is being designed."""
    proposal = propose_charter(
        actor=stage.actor("ingrid"),
        joint_id=stage.ids["joint"],
        version=0,
        articles=FIRST_CHARTER,
        days=14,
        reason="The county asks who decides what. So should we.",
        at=at,
    )
    words = {
        "tomas": "Short enough to be read. Agreed.",
        "felix": "The third paragraph of “wants” is ours to keep; fine.",
    }
    agree(stage, proposal, at + timedelta(hours=5), words)
    _begin(stage, 0, "designing", at + timedelta(days=1))


def begin_work(stage: Stage, at: datetime) -> None:
    _begin(stage, 1, "active", at)


def learn_from_the_storm(stage: Stage, at: datetime) -> None:
    """Let the leads decide more between two meetings."""
    own: dict[str, Any] = {
        "actor": stage.actor("tomas"),
        "joint_id": stage.ids["joint"],
        "version": 1,
        "articles": AFTER_THE_STORM,
    }
    reason = "In the storm week we waited nine days for a meeting."
    agree(stage, propose_charter(**own, days=7, reason=reason, at=at), at + timedelta(days=1))
    _agree_on_a_rule(stage, at + timedelta(days=2))


def _agree_on_a_rule(stage: Stage, at: datetime) -> None:
    """Let two of three decide that the next stage begins, once all were asked."""
    own: dict[str, Any] = {"actor": stage.actor("ingrid"), "joint_id": stage.ids["joint"], "version": 0}
    rule: dict[str, Any] = {"kind": "stage", "terms": Terms("majority", quorum=66)}
    reason = "A stage should not wait for the one of us who is at sea."
    agree(stage, propose_rule(**own, **rule, days=7, reason=reason, at=at), at + timedelta(hours=6))


def ask_now(stage: Stage, at: datetime) -> None:
    """Leave one proposal open: Brightkeel has answered it, Halvorsund has not."""
    own: dict[str, Any] = {
        "actor": stage.actor("felix"),
        "joint_id": stage.ids["joint"],
        "version": 2,
        "articles": WANTED_NOW,
    }
    reason = "We never wrote down what stays in house, and how we would part."
    proposal = propose_charter(**own, days=14, reason=reason, at=at)
    _say_yes(stage, "tomas", proposal, at + timedelta(hours=4), "Good to have before the winter.")


def agree_on_baseline(stage: Stage, who: str, name: str, at: datetime) -> None:
    """Propose the dates of the joint plan as a baseline, and let every lead say yes within the hour."""
    asked: dict[str, Any] = {"actor": stage.actor(who), "plan_id": stage.ids["plan"], "name": name, "days": 7, "at": at}
    agree(stage, propose_baseline(**asked), at + timedelta(minutes=20))


def agree(stage: Stage, proposal_id: UUID, at: datetime, words: Mapping[str, str] | None = None) -> None:
    """Let the lead of each organisation that is waited for say yes, one after the other."""
    page = proposal_page(actor=stage.actor("ingrid"), proposal_id=proposal_id, at=at)
    waiting = {answer.organisation_id for answer in page.row.answers if not answer.verdict}
    leads = [next(iter(staff(company))) for company in COMPANIES if stage.ids[company] in waiting]
    for nth, lead in enumerate(leads):
        _say_yes(stage, lead, proposal_id, at + timedelta(minutes=10 * nth), (words or {}).get(lead, ""))


def _begin(stage: Stage, number: int, phase: str, at: datetime) -> None:
    own: dict[str, Any] = {
        "actor": stage.actor("ingrid"),
        "joint_id": stage.ids["joint"],
        "version": number,
        "phase": phase,
    }
    agree(stage, propose_stage(**own, days=7, at=at), at + timedelta(hours=3))


def _say_yes(stage: Stage, who: str, proposal_id: UUID, at: datetime, reason: str) -> None:
    said: dict[str, Any] = {"proposal_id": proposal_id, "version": 1, "verdict": "approve", "reason": reason, "at": at}
    answer_proposal(actor=stage.actor(who), **said)
