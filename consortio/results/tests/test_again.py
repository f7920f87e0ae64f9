"""The same activity once more: its readings go into the partnership that was made of it, and its goals stay."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortio import access
from consortio.access.models import Kind
from consortio.goals.models import Goal
from consortio.kpis.actions import claim_readings, retire_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.models import Kpi, Reading, Stance
from consortio.partnerships.actions import let_in
from consortio.plans.tests.builders import asked
from consortio.record.models import Entry
from consortio.results.models import Origin

from .files import WATER, file, lagoon
from .test_flow import bring_in, draft_of, partnership_called, rows, run_jobs, upload

LATER = WATER.replace('actual value="410"', 'actual value="420"').replace(
    '<target value="300"/>', '<target value="300"/><actual value="290"/>'
)
FARTHER = WATER.replace('<target value="500"/>', '<target value="600"/>')


@pytest.fixture
def water(world):
    """Ada has made a partnership of the activity."""
    ada = world.client("ada@Harbour")
    upload(ada, file(lagoon(WATER)))
    run_jobs()
    bring_in(ada, draft_of(world))
    run_jobs()
    return ada, partnership_called(world, "Clean lagoon")


def brought_once_more(world, ada, content, name="later.xml"):
    upload(ada, content, name)
    run_jobs()
    return draft_of(world)


def held(world, here):
    found = [one for one in rows(world, Reading, here) if one.state != "corrected"]
    return {one.start_on.year: (one.value, one.state, one.source) for one in found}


def test_later_readings_go_into_the_partnership_of_the_activity(world, water):
    ada, here = water
    draft = brought_once_more(world, ada, file(lagoon(LATER)))
    page = ada.get(f"/results-imports/{draft.pk}").content.decode()
    assert "Its readings into Clean lagoon" in page and "1 new reading, 1 corrects yours, 1 the same" in page

    assert bring_in(ada, draft, **{"into-0": str(here.id), "name-0": ""}).status_code == 302
    run_jobs()

    assert held(world, here) == {
        2018: (Decimal("180.5"), "confirmed", "IATI, lagoon.xml"),
        2019: (Decimal(290), "confirmed", "IATI, later.xml"),
        2020: (Decimal(420), "confirmed", "IATI, later.xml"),
    }
    assert len(rows(world, Kpi, here)) == len(rows(world, Goal, here)) == 1 and len(rows(world, Origin, here)) == 2
    with access.reading(actor := world.actor("ada@Harbour")):
        assert access.visible(actor, Entry).filter(event="results.updated", circle=here.joint_id).count() == 1
    assert ada.get(f"/results-imports/{draft.pk}")["Location"] == f"/partnerships/{here.id}"


def test_the_only_activity_is_ticked_and_goes_there(world, water):
    ada, here = water

    page = ada.get(f"/results-imports/{brought_once_more(world, ada, file(lagoon(WATER))).pk}").content.decode()

    assert 'value="0" checked' in page and f'value="{here.id}" checked' in page


def test_a_goal_that_differs_is_shown_and_stays(world, water):
    ada, here = water
    draft = brought_once_more(world, ada, file(lagoon(FARTHER)))
    page = ada.get(f"/results-imports/{draft.pk}").content.decode()
    assert "here 500.0 by 31 Dec 2020, in the file 600.0 by 31 Dec 2020" in page

    bring_in(ada, draft, **{"into-0": str(here.id)})
    run_jobs()

    assert [goal.target for goal in rows(world, Goal, here)] == [Decimal(500)]


def test_what_was_unticked_is_not_claimed(world, water):
    ada, here = water
    draft = brought_once_more(world, ada, file(lagoon(LATER)))

    bring_in(ada, draft, tick=["0", "0.0"], **{"into-0": str(here.id)})
    run_jobs()

    assert draft_of(world).state == "applied" and held(world, here)[2020][0] == Decimal(410)


def test_a_kpi_that_is_watched_no_more_takes_nothing(world, water):
    ada, here = water
    (kpi,) = rows(world, Kpi, here)
    world.do("retired", retire_kpi, "ada@Harbour", kpi_id=kpi.pk, version=kpi.version)
    draft = brought_once_more(world, ada, file(lagoon(LATER)))
    assert "1 KPI is not there" in ada.get(f"/results-imports/{draft.pk}").content.decode()

    bring_in(ada, draft, **{"into-0": str(here.id)})
    run_jobs()

    assert draft_of(world).state == "applied" and held(world, here)[2020][0] == Decimal(410)


def test_a_second_partnership_can_be_made_all_the_same(world, water):
    ada, here = water
    draft = brought_once_more(world, ada, file(lagoon(LATER)))

    bring_in(ada, draft, **{"into-0": "", "name-0": "Clean lagoon II"})
    run_jobs()

    assert held(world, here)[2020][0] == Decimal(410)
    assert held(world, partnership_called(world, "Clean lagoon II"))[2020][0] == Decimal(420)


def test_readings_go_into_partnerships_of_that_activity_only(world, water):
    ada, _ = water
    draft = brought_once_more(world, ada, file(lagoon(LATER)))

    for other in (partnership_called(world, "Coast").id, "x"):
        answer = bring_in(ada, draft, **{"into-0": str(other)})
        assert answer.status_code == 422 and "was made of this activity" in answer.content.decode()


def test_another_members_reading_is_contested_and_none_is_overwritten(world, water):
    ada, here = water
    with access.gate.as_system("test"):
        joint = access.models.Circle.objects.get(partnership=here.id, kind=Kind.JOINT)
        let_in(joint, world.ids["Orchard"], world.ids["bo"], "ORC")
    (kpi,) = rows(world, Kpi, here)
    (last,) = [one for one in rows(world, Reading, here) if one.start_on.year == 2020]
    start, end = last.start_on.replace(year=2019), last.start_on
    world.do("theirs", claim_readings, "bo@Orchard", kpi_id=kpi.pk, claims=[Claim(start, end, Decimal(300))])
    draft = brought_once_more(world, ada, file(lagoon(LATER)))
    assert "1 contests another’s" in ada.get(f"/results-imports/{draft.pk}").content.decode()

    bring_in(ada, draft, **{"into-0": str(here.id)})
    run_jobs()

    assert held(world, here)[2019][:2] == (Decimal(300), "contested")
    with access.reading(actor := world.actor("ada@Harbour")):
        stance = access.visible(actor, Stance).get(reading__start_on=start)
        assert (stance.value, stance.reason) == (Decimal(290), "IATI, later.xml")


def test_a_preview_of_three_known_activities_asks_no_more_than_that_of_one(world):
    ada = world.client("ada@Harbour")
    three = [lagoon(WATER, identifier=f"XX-{n}", title=f"Lagoon {n}") for n in range(3)]
    found = []
    for content in (file(*three[:1]), file(*three)):
        upload(ada, content)
        run_jobs()
        places = range(content.count(b"<iati-activity "))
        names = {f"name-{n}": f"Lagoon {len(found)}{n}" for n in places}
        bring_in(ada, draft_of(world), tick=[str(n) for n in places] + [f"{n}.0" for n in places], **names)
        run_jobs()
        upload(ada, content)
        run_jobs()
        with CaptureQueriesContext(connection) as queries:
            page = ada.get(f"/results-imports/{draft_of(world).pk}").content.decode()
        assert page.count("Its readings into") >= len(places)
        found.append(asked(queries))

    assert found[0] == found[1] <= 20
