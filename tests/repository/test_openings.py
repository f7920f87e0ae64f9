"""Who opens the gate, and why. Add a line here only with a reviewer: this list is what the promise stands on."""

import ast
from collections.abc import Iterator

from .test_code import WITH_DATABASE, inside

OPENING = {"unscoped", "as_system", "system_action"}
OPENINGS = {
    "access/seating.py": [
        "a narrower circle may be one that the actor does not see",
        "a seat gives sight, so its giver may not see it yet",
        "an organisation leaves with all its people, also from circles that their lead does not see",
        "nobody sits in a circle before it exists",
        "the person sees nothing yet",
        "two who change one seat wait here for one another",
        "two who end each other's seats wait here for one another",
        "what somebody set going is measured by their rights of now, whoever is asking",
        "whoever changes a seat is held to what all seats of their organisation were before",
        "whoever leaves a house sits nowhere for it any more, wherever that was",
    ],
    "accounts/reads.py": ["whoever has just signed in does not act for an organisation yet"],
    "approvals/actions.py": [
        "a deadline passes for everybody",
        "two proposals of one partnership that are agreed at once wait here for one another",
    ],
    "approvals/sweeping.py": ["a deadline passes for everybody, and who has left is waited for by nobody"],
    "attachments/reads.py": ["bytes stay as long as anybody's row in the circle names them"],
    "charters/purpose.py": ["whoever is invited reads, before they answer, what all members agreed it is for"],
    "circles/actions.py": ["seats of the other organisations' people are copied from the joint circle"],
    "decisions/agreeing.py": ["a proposal that is not agreed ends for everybody, whoever looks at it"],
    "demo/actions.py": [
        "nobody of two organisations alone may let a person act for both",
        "the founder of a body cannot name the people of the other organisations",
        "the organisations of the demo world are marked by nobody of them",
    ],
    "demo/reads.py": ["whoever loads the demo world acts for none of it"],
    "demo/removal.py": ["a world that was put in whole is taken out whole"],
    "invitations/accepting.py": [
        "the invited see nothing of the house yet",
        "the invited see nothing of the partnership yet",
        "whoever is new here is nobody yet",
        "whoever is new here is nobody yet",
    ],
    "invitations/actions.py": [
        "the letter lies in the inviter's house, and the last yes comes from another",
        "the operator helps a house whose leads are lost, and reads nothing of it",
        "whoever declines need not be anybody here",
    ],
    "invitations/reads.py": [
        "whoever holds the link sees what it asks, and nothing beyond",
        "whoever reads the mail of an address is told which links went out to it",
    ],
    "invitations/sending.py": [
        "that a mail is being written is no fact of the record",
        "that a mail went out is no fact of the record",
    ],
    "forecasts/actions.py": [
        "those who give their forecasts at once wait here for one another",
        "two rounds for one goal wait here for one another",
        "with the last forecast all are revealed to everybody who sees the goal",
    ],
    "forecasts/revealing.py": [
        "the time of a round is up for everybody",
        "the time of a round is up while nobody asks",
    ],
    "goals/chances.py": ["a chance is computed for everybody in a goal's circle, from what all of them see"],
    "jobs/worker.py": ["a worker serves everybody", "how a job ended", "progress of a job is no fact of the record"],
    "levelling/finding.py": ["what was found is kept as it was found, and nobody writes it by hand"],
    "notices/at_once.py": ["whom an entry may concern is known before it is known who they are"],
    "organisations/actions.py": [
        "nobody sees a person before their first seat",
        "nobody sees an organisation before its first place",
        "partners see the name, and only its person writes it",
        "partners see the name, and only the house writes it",
    ],
    "overview/wanted.py": [
        "a person is told what waits under all their hats, each by its own seats",
    ],
    "partnerships/actions.py": [
        "a day on which an organisation leaves comes for all its people",
        "a new partnership has no members",
        "registering serves somebody who is nobody yet",
        "somebody must stay who reads what lies here",
        "the last two members who leave at once wait here for one another",
        "the last two who leave a body at once wait here for one another",
        "the newcomer sees nothing yet",
        "whoever has left sees no longer who stays",
    ],
    "partnerships/suspending.py": ["who leaves sees no longer who stays without a vote"],
    "partnerships/reads.py": [
        "the day on which an organisation leaves comes while nobody asks",
        "who is to answer is asked for every partnership at once",
        "whoever answers an invitation has not chosen for whom yet",
        "whoever is invited sees the name and the members before they answer",
    ],
    "plans/actions.py": ["computed dates are written by the system only"],
    "plans/importing.py": ["computed dates are written by the system only"],
    "plans/moving.py": [
        "what lies below an item moves with it, seen or not",
        "whoever adds to a phase need not be one who may edit it",
    ],
    "plans/rescheduling.py": ["the dates of every circle follow, of those too that the actor does not see"],
    "plans/withdrawing.py": [
        "what lies below goes along, seen or not",
        "what went along comes back along, seen or not",
    ],
    "record/outbox.py": ["effects are owed to everybody", "that an effect was served is no fact of the record"],
    "record/log.py": [
        "a counter serves its whole circle",
        "an action may end its own actor's seat, and is recorded all the same",
        "reason",  # the decorator of system actions passes on theirs
    ],
}


def openings(source: str) -> Iterator[str]:
    """Yield the reason given at each opening of the gate."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in OPENING:
            yield str(getattr(node.args[0], "value", None) or ast.unparse(node.args[0])) if node.args else ""


def test_every_opening_of_the_gate_is_listed_with_its_reason():
    found = {inside(path): sorted(openings(path.read_text())) for path in WITH_DATABASE}
    assert {path: reasons for path, reasons in found.items() if reasons} == OPENINGS


def test_the_search_for_openings_bites():
    source = "@system_action('why')\ndef f():\n    with access.unscoped('because'), as_system(reason): pass"
    assert sorted(openings(source)) == ["because", "reason", "why"]


def test_every_reason_is_a_sentence():
    assert [r for reasons in OPENINGS.values() for r in reasons if r != "reason" and len(r.split()) < 4] == []
