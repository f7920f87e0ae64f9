"""Whoever searches finds a name in either case, whatever its letters and whichever database keeps it."""

import pytest
from django.db.models import F, Value

from consortio.access import unscoped
from consortio.plans.choosing import find_items
from consortio.plans.models import Item
from consortio.plans.tests.builders import bring_in, file_of, task
from consortio.plans.window import Look, tree_window

NAMES = ("Ölhafen", "ölmühle", "Élan", "Straße", "ЩИТ", "ASCII", "50%_Ö", "Στοά")


@pytest.fixture
def plan(world):
    return bring_in(world, file_of(*(task(f"t{n}", parent=None, name=name) for n, name in enumerate(NAMES))))


def found(**lookup):
    with unscoped("test"):
        return set(Item.objects.filter(**lookup).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("lookup", "names"),
    [
        ({"name__icontains": "öl"}, {"Ölhafen", "ölmühle"}),
        ({"name__icontains": "MÜH"}, {"ölmühle"}),
        ({"name__istartswith": "é"}, {"Élan"}),
        ({"name__iendswith": "Щит"}, {"ЩИТ"}),
        ({"name__iexact": "sTRAßE"}, {"Straße"}),
        ({"name__icontains": "STRASSE"}, set()),
        ({"name__iexact": "ascii"}, {"ASCII"}),
        ({"name__icontains": "%_ö"}, {"50%_Ö"}),
        ({"name__icontains": "ΣΤΟ"}, {"Στοά"}),
        ({"name__icontains": "ol"}, set()),
        ({"name__iexact": "öl"}, set()),
    ],
)
def test_case_is_ignored_in_every_alphabet_alike(world, plan, lookup, names):
    assert found(**lookup) == names


def test_what_the_database_computes_is_compared_alike(world, plan):
    with unscoped("test"):
        rows = Item.objects.annotate(said=Value("ÖLMÜHLE und mehr"))

        assert set(rows.filter(said__icontains=F("name")).values_list("name", flat=True)) == {"ölmühle"}


def test_the_filter_of_a_plan_and_the_list_to_choose_from_find_it(world, plan):
    bo = world.actor("bo@Orchard")

    filtered = tree_window(actor=bo, plan_id=plan, look=Look(text="öL"))
    offered = find_items(actor=bo, plan_id=plan, text="öL")

    assert [{row.name for row in filtered.rows}, {row.name for row in offered}] == [{"Ölhafen", "ölmühle"}] * 2
