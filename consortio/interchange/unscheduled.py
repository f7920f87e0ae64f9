"""What is said of a plan, or of an item, that cannot be scheduled as it stands."""

from consortio.interchange.wording import Wording

MESSAGES = {
    "negative_float": Wording("{name} is {days:.1f} days later than a date it is bound to allows."),
    "link_broken": Wording("A constraint holds {name} {days:.1f} days earlier than its links ask."),
    "deadline_missed": Wording("{name} ends after its deadline."),
    "manual_without_dates": Wording("{name} is scheduled by hand but has no dates."),
    "manual_in_p6": Wording("{name} is scheduled by hand, which P6 does not know; its links are followed."),
    "summary_constraint": Wording("{name} is a summary; its constraint is not computed."),
    "second_constraint_in_msp": Wording(
        "{name} has a second constraint, which MS Project does not know; it is not computed."
    ),
    "summary_link_in_p6": Wording("{name} is a WBS row; its links are not computed."),
}
UNKNOWN = Wording("{name}: {code}.")
TOO_FAR = Wording(
    "A date lies a century away from the start, or half a century outside all others, or a calendar ends."
)
# What the engine says of a network that it refuses, by its codes; it says it in English.
FAULTS = {
    "negative_duration": Wording("Task {index} has a negative duration."),
    "negative_remaining": Wording("Task {index} has a negative remaining duration."),
    "negative_actual": Wording("Task {index} has a negative actual duration."),
    "finish_without_start": Wording("Task {index} has an actual finish without an actual start."),
    "finish_before_start": Wording("Task {index} finished before it started."),
    "parent_cycle": Wording("Task {index} lies under itself."),
    "link_to_own_summary": Wording("Link {index} joins a summary with a task inside it."),
}


class CannotCompute(Exception):
    """The plan has no dates, and so nothing can be computed from them; `code` is the engine's word for why."""

    def __init__(self, code: str, message: Wording) -> None:
        super().__init__(str(message))
        self.code, self.message = code, message
