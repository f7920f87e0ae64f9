from django import forms

from .wishes import HOWS, POSSIBLE, TOPICS


def _wish(topic: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=TOPICS[topic], choices=[(how, HOWS[how]) for how in POSSIBLE[topic]])


class WishesForm(forms.Form):
    """How somebody wants to be told of each topic."""

    proposals = _wish("proposals")
    promises = _wish("promises")
    readings = _wish("readings")
    nominations = _wish("nominations")
    decisions = _wish("decisions")
    mentions = _wish("mentions")
    changes = _wish("changes")
