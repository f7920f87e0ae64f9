"""Whoever acts for two organisations does not confirm under one hat what they claimed under the other."""

from decimal import Decimal

import pytest

from consortio.access import unscoped
from consortio.access.seating import Sitting, seat_many
from consortio.accounts.models import User
from consortio.interchange.readings import ReadingRow as Given
from consortio.kpis.by_mail import STANCE
from consortio.kpis.importing import preview
from consortio.kpis.reads import to_confirm
from consortio.kpis.taking import SaidByOneself
from consortio.kpis.terms import KpiTerms
from consortio.kpis.waiting import wanted_in
from tests.world import NOON, system

from .test_api import call
from .test_readings import TODAY, claim, here, newest, said, stance, watched

WATCHED = KpiTerms(name="Dredged", unit="own:t", decimals=1, is_headline=True)
BOTH = "bo@Harbour"  # who acts for Orchard as well


@pytest.fixture
def kpi(world):
    """Return a headline, with bo acting for Harbour and for Orchard."""
    world.ids["bo too"] = world.ids["bo"]
    with system(), unscoped("test"):
        given = world.role("coast", "lead")
        seat_many([Sitting(world.ids["coast"], world.ids["bo"], world.ids["Harbour"], given, None)])
    return watched(world, WATCHED)


def waiting(world, who):
    places = [here(world, who).id]
    wanted = wanted_in(actor=world.actor(who), partnership_ids=places, today=TODAY)
    simply = to_confirm(actor=world.actor(who), partnership_ids=places)
    return [one.reading_id for one in wanted.asking], [one.reading_id for one in simply]


def test_nobody_confirms_under_another_hat_what_they_claimed(world, kpi):
    claim(world, kpi, said(3, "38.4"), who=BOTH)
    row = newest(world, kpi, "bo@Orchard")

    assert (row.may_answer, row.may_confirm) == (True, False)
    with pytest.raises(SaidByOneself):
        stance(world, row, "bo@Orchard", is_confirming=True)
    with pytest.raises(SaidByOneself):
        claim(world, kpi, said(3, "38.4"), who="bo@Orchard")
    assert newest(world, kpi, "cy@Island").may_confirm
    assert stance(world, row, "cy@Island", is_confirming=True) == "confirmed"


def test_what_another_of_the_organisation_claimed_is_confirmed(world, kpi):
    claim(world, kpi, said(3, "38.4"))

    assert newest(world, kpi, "bo@Orchard").may_confirm
    assert stance(world, newest(world, kpi), "bo@Orchard", is_confirming=True) == "confirmed"


def test_who_corrects_a_reading_does_not_confirm_it_by_what_they_said_under_another_hat(world, kpi):
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")

    assert claim(world, kpi, said(3, "37.0"), who=BOTH).corrected == 1

    row = newest(world, kpi)
    assert (row.state, row.value, row.words) == ("proposed", Decimal("37.0"), ())
    with pytest.raises(SaidByOneself):
        stance(world, row, "bo@Orchard", is_confirming=True)


def test_it_does_not_wait_for_whoever_claimed_it(world, kpi):
    claim(world, kpi, said(3, "38.4"), who=BOTH)
    reading = newest(world, kpi).id

    assert waiting(world, "bo@Orchard") == ([], [])
    assert waiting(world, "cy@Island") == ([reading], [reading])


def test_a_table_says_that_somebody_else_has_to(world, kpi):
    claim(world, kpi, said(3, "38.4"), who=BOTH)
    given = [Given("Dredged", "2031-03", None, None, Decimal("38.4"), "", "", None, {"row": 2})]
    own = {"partnership_id": here(world).id, "rows": given, "at": NOON, "today": TODAY}

    (refused,) = preview(actor=world.actor("bo@Orchard"), **own).rows
    (taken,) = preview(actor=world.actor("cy@Island"), **own).rows

    assert (refused.becomes, taken.becomes) == ("refused", "confirms")
    assert "You claimed this yourself" in refused.reason


def test_neither_page_nor_api_nor_a_link_in_a_mail_takes_it(world, kpi):
    claim(world, kpi, said(3, "38.4"), who=BOTH)
    row, bo = newest(world, kpi, "bo@Orchard"), world.client("bo@Orchard")
    user = User.objects.get(person=world.ids["bo"])
    mail = STANCE.to(user.pk, world.ids["Orchard"], row.id, str(row.version))
    sent = {"word": "confirm", "version": str(row.version)}

    for path, form in ((f"/readings/{row.id}", f"/readings/{row.id}/stance"), (mail, mail)):
        shown, answer = bo.get(path).content.decode(), bo.post(form, sent)

        assert "You claimed it yourself for Harbour" in shown and 'value="confirm"' not in shown
        assert 'value="contest"' in shown
        assert (answer.status_code, "You claimed this yourself" in answer.content.decode()) == (409, True)
    way = f"/readings/{row.id}/stance"
    assert call(world, "bo@Orchard", "put", way, {"version": row.version, "is_confirming": True})[0] == 409
    assert newest(world, kpi).state == "proposed"
