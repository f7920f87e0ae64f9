"""What answers come to, rule by rule: the whole truth in tables."""

from itertools import permutations, product
from uuid import UUID

import pytest

from consortio.approvals.models import Rule, Verdict
from consortio.approvals.rules import Terms, outcome

A, B, C, D = (UUID(int=number) for number in range(1, 5))
VERDICTS = {"y": "approve", "n": "object", "0": "abstain"}  # "-" has said nothing
MAJORITY = Terms("majority")
HALF = Terms("majority", quorum=50)
WEIGHTED = Terms("weighted", weights={A: 3, B: 1, C: 1})
LEAD = Terms("lead", decider=A)


def come_to(said: str, terms: Terms, *, is_due: bool = False, members: tuple[UUID, ...] | None = None) -> str:
    everyone = (A, B, C, D)[: len(said)]
    answers = {who: VERDICTS[word] for who, word in zip(everyone, said, strict=True) if word != "-"}
    return outcome(everyone if members is None else members, answers, terms, is_due=is_due).value


TABLE = [  # rule, what members say, before the deadline, at the deadline
    (Terms(), "---", "open", "lapsed"),
    (Terms(), "y--", "open", "lapsed"),
    (Terms(), "yy-", "open", "lapsed"),
    (Terms(), "yyy", "agreed", "agreed"),
    (Terms(), "yy0", "open", "lapsed"),  # who abstains has not agreed, and may still
    (Terms(), "y00", "open", "lapsed"),
    (Terms(), "000", "open", "lapsed"),
    (Terms(), "n00", "refused", "refused"),
    (Terms(), "n--", "refused", "refused"),
    (Terms(), "yyn", "refused", "refused"),
    (Terms(), "y", "agreed", "agreed"),
    (Terms(silence="consent"), "---", "open", "lapsed"),  # silence of all is no agreement
    (Terms(silence="consent"), "y--", "open", "agreed"),
    (Terms(silence="consent"), "0--", "open", "lapsed"),
    (Terms(silence="consent"), "y0-", "open", "lapsed"),  # silence is taken for a yes; an abstention was said
    (Terms(silence="consent"), "yn-", "refused", "refused"),
    (Terms(silence="consent", quorum=50), "y--", "open", "lapsed"),
    (Terms(silence="consent", quorum=50), "yy-", "open", "agreed"),
    (MAJORITY, "---", "open", "lapsed"),
    (MAJORITY, "y--", "open", "agreed"),  # the others had time enough
    (MAJORITY, "yy-", "agreed", "agreed"),
    (MAJORITY, "yn-", "open", "refused"),  # a tie
    (MAJORITY, "nn-", "refused", "refused"),
    (MAJORITY, "n--", "open", "refused"),
    (MAJORITY, "y0-", "open", "agreed"),
    (MAJORITY, "y00", "agreed", "agreed"),
    (MAJORITY, "yn0", "refused", "refused"),
    (MAJORITY, "000", "refused", "refused"),
    (MAJORITY, "yynn", "refused", "refused"),
    (MAJORITY, "yyn-", "open", "agreed"),
    (HALF, "y--", "open", "lapsed"),  # the quorum is not there
    (HALF, "y0-", "open", "agreed"),  # who abstains is there
    (HALF, "n--", "open", "lapsed"),
    (Terms("majority", quorum=100), "yy-", "open", "lapsed"),
    (Terms("majority", quorum=100), "yyn", "agreed", "agreed"),
    (Terms("majority", silence="consent"), "n--", "open", "agreed"),
    (Terms("majority", silence="consent"), "nn-", "refused", "refused"),
    (Terms("majority", silence="consent"), "---", "open", "lapsed"),
    (WEIGHTED, "y--", "agreed", "agreed"),  # three of five
    (WEIGHTED, "nyy", "refused", "refused"),
    (WEIGHTED, "0yn", "refused", "refused"),
    (WEIGHTED, "0yy", "agreed", "agreed"),
    (WEIGHTED, "-yy", "open", "agreed"),
    (WEIGHTED, "nyyy", "refused", "refused"),  # who has no weight yet counts once: a tie
    (Terms("weighted", quorum=50, weights={A: 3, B: 1, C: 1}), "-yy", "open", "lapsed"),
    (LEAD, "y--", "open", "agreed"),
    (LEAD, "ynn", "agreed", "agreed"),
    (LEAD, "nyy", "refused", "refused"),
    (LEAD, "yn-", "open", "agreed"),
    (LEAD, "-yy", "open", "lapsed"),
    (LEAD, "0yy", "open", "lapsed"),
    (Terms("lead", quorum=100, decider=A), "yn-", "open", "lapsed"),
]


@pytest.mark.parametrize(("terms", "said", "now", "due"), TABLE)
def test_each_rule_says_what_answers_come_to(terms, said, now, due):
    assert (come_to(said, terms), come_to(said, terms, is_due=True)) == (now, due)


@pytest.mark.parametrize("terms", [Terms(), MAJORITY, HALF, LEAD, WEIGHTED])
def test_without_members_nothing_is_agreed(terms):
    assert outcome((), {A: "approve"}, terms).value == "open"
    assert outcome((), {A: "approve"}, terms, is_due=True).value == "lapsed"


def test_who_has_left_is_neither_counted_nor_waited_for():
    assert come_to("yn", Terms(), members=(A,)) == "agreed"
    assert come_to("yyn", MAJORITY, members=(A, C)) == "refused"
    assert come_to("yyy", LEAD, members=(B, C), is_due=True) == "lapsed"  # the one who was to decide


def test_who_joins_is_waited_for():
    assert come_to("yy", Terms(), members=(A, B, C)) == "open"
    assert come_to("yy", MAJORITY, members=(A, B, C, D)) == "open"
    assert come_to("yn", LEAD, members=(A, B, C)) == "open"


@pytest.mark.parametrize("rule", ["unanimous", "majority"])
def test_names_make_no_difference(rule):
    for said in product("yn0-", repeat=3):
        ends = {come_to("".join(other), Terms(rule), is_due=True) for other in permutations(said)}
        assert len(ends) == 1


@pytest.mark.parametrize("terms", [Terms(), Terms(silence="consent"), MAJORITY, HALF, WEIGHTED, LEAD])
def test_what_is_decided_early_would_be_decided_so_however_the_others_answer(terms):
    if terms.rule == Rule.UNANIMOUS and terms.silence == "nothing":
        pytest.skip("one objection ends it at once, whoever might have changed their mind")
    early = [said for said in map("".join, product("yn0-", repeat=3)) if come_to(said, terms) in ("agreed", "refused")]
    assert early
    for said in early:
        for rest in product("yn0", repeat=said.count("-")):
            words = iter(rest)
            whole = "".join(next(words) if word == "-" else word for word in said)
            assert come_to(whole, terms, is_due=True) == come_to(said, terms), (said, whole)


def test_a_further_yes_never_undoes_an_agreement():
    for terms in (Terms(silence="consent"), MAJORITY, HALF, WEIGHTED, LEAD):
        for said in map("".join, product("yn0-", repeat=3)):
            for place, word in enumerate(said):
                if word != "y" and come_to(said, terms, is_due=True) == "agreed":
                    assert come_to(said[:place] + "y" + said[place + 1 :], terms, is_due=True) == "agreed"


def test_each_verdict_is_counted():
    assert set(VERDICTS.values()) == set(Verdict.values)
