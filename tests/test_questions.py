"""A question put into words once answers what its query set would, for everybody who asks."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db.models.sql.compiler import SQLCompiler

from consortio import access
from consortio.access import Question, Unscoped, questions
from tests.notes.models import Note

pytestmark = pytest.mark.django_db
EVERYBODY = ["ada@Harbour", "bo@Orchard", "cy@Island", "nobody@Nowhere"]


def notes_seen(actor):
    return access.visible(actor, Note).select_related("circle").order_by("pk")


def note_named(actor, pk, title):
    return access.visible(actor, Note).filter(pk=pk).exclude(title=title).values_list("pk", "title")


@pytest.fixture
def in_words(monkeypatch):
    """Count how often Django writes SQL."""
    monkeypatch.setattr(questions, "_worded", {})
    written, as_sql = [], SQLCompiler.as_sql

    def counted(compiler, *arguments, **options):
        written.append(compiler.query.model.__name__)
        return as_sql(compiler, *arguments, **options)

    monkeypatch.setattr(SQLCompiler, "as_sql", counted)
    return written


def test_each_is_answered_what_the_query_set_would(world, in_words):
    question, seen = Question(notes_seen, access.Actor), []
    for who in EVERYBODY:
        actor = world.actor(who)
        with access.reading(actor):
            plain, asked = list(notes_seen(actor)), question.ask(actor)
            assert [(row.pk, row.title, row.version) for row in plain] == [
                (row.pk, row.title, row.version) for row in asked
            ]
            assert [row.circle.name for row in plain] == [row.circle.name for row in asked]
        seen.append({row.pk for row in asked})
    assert seen[0] and seen[0] != seen[1]


def test_django_writes_it_once(world, in_words):
    question = Question(note_named, access.Actor, UUID, str)
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        notes = list(access.visible(ada, Note).values_list("pk", "title"))
        in_words.clear()
        assert [question.ask(ada, pk, "another") for pk, _ in notes] == [[note] for note in notes]
        assert in_words.count("Note") == 1
        assert [question.ask(ada, pk, title) for pk, title in notes] == [[] for _ in notes]
        assert question.first(ada, uuid4(), "x") is None
        assert in_words.count("Note") == 1


def test_it_stands_inside_another(world, in_words):
    def about(actor, title):
        return access.visible(actor, Note).filter(title=title).values("pk")

    question = Question(about, access.Actor, str)
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        for _, title in list(access.visible(ada, Note).values_list("pk", "title")):
            inside = access.visible(ada, Note).filter(pk__in=question.inside(ada, title), version=1)
            plain = access.visible(ada, Note).filter(pk__in=about(ada, title), version=1)
            assert list(inside) == list(plain)


def test_nothing_is_asked_for_by_is_null_and_not_by_a_place(world, in_words):
    nobody = access.Actor(None, None)
    question = Question(
        lambda actor: access.visible(actor, Note).filter(circle__organisation=actor.organisation_id), access.Actor
    )
    with access.reading(nobody):
        assert question.ask(nobody) == [] == list(access.visible(nobody, Note).filter(pk__in=question.inside(nobody)))


def test_whoever_comes_by_a_link_is_asked_for_by_their_own_rule(world, in_words):
    question, ada = Question(notes_seen, access.Actor), world.actor("ada@Harbour")
    with access.reading(ada):
        assert question.ask(ada)
    by_link = replace(ada, link_id=uuid4())  # signed in, and yet by a link, of a circle that is not there
    with access.reading(by_link):
        assert question.ask(by_link) == [] == list(notes_seen(by_link))
        assert list(access.visible(by_link, Note).filter(pk__in=question.inside(by_link))) == []


def test_guarded_rows_refuse_outside_a_reading(world):
    question, ada = Question(notes_seen, access.Actor), world.actor("ada@Harbour")
    with access.reading(ada):
        question.ask(ada)
    with pytest.raises(Unscoped):
        question.ask(ada)


def test_a_value_that_is_not_asked_for_is_a_fault(world):
    question, ada = (
        Question(lambda actor, title: access.visible(actor, Note), access.Actor, str),
        world.actor("ada@Harbour"),
    )
    with access.reading(ada), pytest.raises(AssertionError, match="not asked for"):
        question.ask(ada, "x")


def test_any_number_of_values_stands_in_few_questions(world, in_words):
    question = Question(
        lambda actor, pks: access.visible(actor, Note).filter(pk__in=pks).order_by("pk"), access.Actor, [UUID]
    )
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        notes = list(access.visible(ada, Note).order_by("pk").values_list("pk", flat=True))
        assert len(notes) > 2
        in_words.clear()
        found = [[row.pk for row in question.ask(ada, notes[:size])] for size in range(len(notes) + 1)]
        assert found == [notes[:size] for size in range(len(notes) + 1)]
        assert [row.pk for row in question.ask(ada, [*notes, *(uuid4() for _ in range(140))])] == notes
        assert in_words.count("Note") <= len(notes).bit_length() + 3  # 0, 1, 2, 4, 8 and 150


def test_questions_that_pile_up_are_forgotten(world, monkeypatch):
    monkeypatch.setattr(questions, "_worded", {})
    monkeypatch.setattr(questions, "KEPT", 2)
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        for _ in range(5):
            assert Question(notes_seen, access.Actor).ask(ada)
            assert len(questions._worded) <= 2


def test_numbers_have_places_too(world, in_words):
    question = Question(
        lambda actor, versions, number: access.visible(actor, Note).filter(version__in=versions, number__gte=number),
        access.Actor, [int], int,
    )  # fmt: skip
    ada = world.actor("ada@Harbour")
    with access.reading(ada):
        assert len(question.ask(ada, [1, 2, 3], 1)) == access.visible(ada, Note).filter(version__lte=3).count() > 0
        assert question.ask(ada, [7, 8], 1) == [] == question.ask(ada, [1, 2, 3], 900)
