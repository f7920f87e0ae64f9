"""What is said of a rule by which members decide, in the reader's language."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from consortio.ui.formats import listing

from .models import Rule, Silence
from .registry import Line
from .rules import Terms

Names = Mapping[UUID, str]  # of organisations


def rule_name(rule: str) -> str:
    return {
        Rule.UNANIMOUS: _("Unanimous"),
        Rule.MAJORITY: _("Majority"),
        Rule.WEIGHTED: _("Weighted majority"),
        Rule.LEAD: _("One member decides"),
    }[Rule(rule)]


def rule_hint(rule: str) -> str:
    """Return what a rule means, whoever the members are."""
    return {
        Rule.UNANIMOUS: _("all must agree, and whoever abstains has not; one objection refuses it at once."),
        Rule.MAJORITY: _("more must agree than object; each member has one vote."),
        Rule.WEIGHTED: _("the same, with as many votes as each member has below."),
        Rule.LEAD: _("the one named below, once each other member has answered, or at the deadline."),
    }[Rule(rule)]


def rule_sentence(terms: Terms, names: Names, *, is_about_one: bool = False) -> str:
    """Return when a proposal under these terms is agreed; `is_about_one` where a member has no vote in it."""
    if terms.rule == Rule.UNANIMOUS and is_about_one:
        return _(
            "All other members must agree: who abstains has not agreed. One objection refuses the proposal at once."
        )
    if terms.rule == Rule.UNANIMOUS:
        return _("All members must agree: who abstains has not agreed. One objection refuses the proposal at once.")
    if terms.rule == Rule.MAJORITY:
        return _("More members must agree than object. A tie refuses the proposal; who abstains does not count.")
    if terms.rule == Rule.WEIGHTED:
        votes = votes_words(terms, names)
        return _("More votes must be for it than against it: %(votes)s. A tie refuses the proposal.") % {"votes": votes}
    decider = names.get(terms.decider, "") if terms.decider else ""
    said = _("%(name)s decides, once each other member has answered, or at the deadline.")
    return said % {"name": decider or _("a member that has no vote any more")}


def votes_words(terms: Terms, names: Names) -> str:
    """Return "Weir 3, Orchard 1"; only a weighted rule has votes to tell."""
    if terms.rule != Rule.WEIGHTED:
        return ""
    votes = ((name, terms.weights.get(pk, 1)) for pk, name in names.items())
    return listing(f"{name} {number}" for name, number in sorted(votes, key=lambda pair: (-pair[1], pair[0])))


def quorum_words(terms: Terms) -> str:
    if not terms.quorum:
        return _("no quorum")
    return _("%(percent)s %% of the votes must have been given") % {"percent": terms.quorum}


def silence_words(terms: Terms) -> str:
    if terms.silence == Silence.CONSENT:
        return _("At the deadline, who has said nothing counts as agreeing.")
    if terms.only_lapses:
        return _("What not all have answered by the deadline lapses.")
    return _("At the deadline, what was said until then is counted.")


def ends_words(terms: Terms) -> str:
    """Return what happens otherwise, beside what stays as it is."""
    if terms.quorum:
        return _("It lapses if less than %(percent)s %% of the votes were given by then.") % {"percent": terms.quorum}
    return _("It lapses if nobody has answered by then.") if not terms.only_lapses else _("Otherwise it lapses.")


def decider_words(terms: Terms, names: Names) -> str:
    return names.get(terms.decider, _("a member that has no vote any more")) if terms.decider else ""


def lines_of(before: Terms, after: Terms, names: Names) -> tuple[Line, ...]:
    """Return what differs between two rules, each as a value in words."""
    told = (
        (_("Rule"), rule_name(before.rule), rule_name(after.rule)),
        (_("Who decides"), decider_words(before, names), decider_words(after, names)),
        (_("Votes"), votes_words(before, names), votes_words(after, names)),
        (_("Quorum"), quorum_words(before), quorum_words(after)),
        (_("At the deadline"), silence_words(before), silence_words(after)),
    )
    return tuple(Line(field, old, new or _("none"), is_value=True) for field, old, new in told if old != new)
