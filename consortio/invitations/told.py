from django.utils.translation import gettext_lazy as _lazy

from consortio.record.words import Happened, Names, Values, person_in, say


def _joined(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s came to %(what)s"), {"person": person_in(entry, names)}


say("person.invited", _lazy("Somebody was invited to the house"), topic="people", sign="send")
say("seat.promised", _lazy("Somebody was invited to take part in %(what)s"), topic="people", sign="send", is_step=True)
say("invitation.resent", _lazy("An invitation was sent again"), topic="people", sign="send")
say("invitation.withdrawn", _lazy("An invitation was withdrawn"), topic="people", sign="withdraw")
say("invitation.shown", _lazy("The link of an invitation was shown to its inviter"), topic="people", sign="copy")
say("invitation.declined", _lazy("An invitation was declined"), topic="people", sign="close")
say("lead.recovery", _lazy("The operator invited somebody to lead the organisation"), topic="people", sign="key")
say("person.joined", _joined, topic="people", sign="people")
