"""The pages of KPIs: what they show and to whom, what they take, and that nothing which was written is lost."""

from dataclasses import replace
from decimal import Decimal

import pytest

from consortio.kpis.actions import retire_kpi
from consortio.kpis.terms import KpiTerms
from tests.world import NOON

from .test_readings import TONNES, claim, here, newest, page, said, watched

MONTHS = 4  # April has ended on the day of the world


@pytest.fixture(autouse=True)
def _today(settings, monkeypatch):
    """Let the pages think that it is the day of the world."""
    for module in ("views", "reading_views", "entry_views"):
        monkeypatch.setattr(f"consortio.kpis.{module}.localdate", lambda: NOON.date())
        monkeypatch.setattr(f"consortio.kpis.{module}.now", lambda: NOON, raising=False)


def text(answer, status=200):
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:3000])
    return answer.content.decode()


def of(world, what):
    return f"/partnerships/{here(world).id}/{what}"


def owned(world, **more):
    owner = {"organisation_id": world.ids["Harbour"], "person_id": world.ids["ada"]}
    return watched(world, replace(TONNES, **owner, **more))


def test_without_a_kpi_the_dictionary_says_what_comes_next_to_whom_it_may_concern(world):
    assert "Watch something" in text(world.client("ada@Harbour").get(of(world, "kpis")))
    assert "Watch something" not in text(world.client("bea@Orchard").get(of(world, "kpis")))


def test_the_dictionary_shows_values_states_and_what_is_due(world):
    kpi = owned(world, is_headline=True)
    claim(world, kpi, said(2, "38.4"))
    claim(world, kpi, said(2, "37.0"), who="bo@Orchard")

    shown = text(world.client("ada@Harbour").get(of(world, "kpis")))

    assert "37.0 to 38.4 t" in shown and "1 contested" in shown and "April 2031 due from Harbour" in shown
    assert "One reading is due from you" in shown and "Headlines" in shown
    assert "due from you" not in text(world.client("bo@Orchard").get(of(world, "kpis")))


def test_filters_stand_in_the_address(world):
    kpi = owned(world)
    watched(world, KpiTerms(name="Ships"))
    gone = watched(world, KpiTerms(name="Old one"))
    world.do("retire", retire_kpi, "ada@Harbour", kpi_id=gone, version=1)
    ada = world.client("ada@Harbour")

    def names(query):
        shown = text(ada.get(of(world, "kpis") + query))
        return {name for name in ("Dredged", "Ships", "Old one") if f">{name}</a>" in shown}

    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")
    assert names("") == {"Dredged", "Ships"}
    assert names("?text=ship") == {"Ships"}
    assert names(f"?owner={world.ids['Harbour']}") == {"Dredged"} == names("?contested=1")
    assert names("?retired=1") == {"Old one"}
    assert names("?due=1") == {"Dredged", "Ships"}
    assert names("?owner=nobody&due=x") == {"Dredged", "Ships"}


def test_what_only_one_house_sees_stands_apart_and_nobody_else_reads_it(world):
    watched(world, KpiTerms(name="Cash left", unit="money:EUR"), who="bo@Orchard", circle="Orchard only")

    assert "Cash left" in text(world.client("bo@Orchard").get(of(world, "kpis")))
    assert "Cash left" not in text(world.client("ada@Harbour").get(of(world, "kpis")))


def test_a_kpi_shows_every_organisations_claim_and_what_is_missing(world):
    kpi = owned(world, definition="Spoil by weight")
    claim(world, kpi, said(1, "38.4", source="log"), said(3, "39"))
    claim(world, kpi, said(1, "38.5"))
    claim(world, kpi, said(3, "39"), who="bo@Orchard")
    claim(world, kpi, said(1, "37.0", note="Two nights were lost."), who="cy@Island")

    shown = text(world.client("bo@Orchard").get(f"/kpis/{kpi}"))

    assert "<del>38.4</del>" in shown and "38.5" in shown and "confirms" in shown and "37.0" in shown
    assert "missing" in shown and "Two nights were lost." in shown and "Spoil by weight" in shown
    assert "no claim" in shown


def test_older_readings_are_a_page_away(world):
    kpi = owned(world)
    claim(world, kpi, *(said(month, str(month)) for month in (1, 2, 3, 4)))
    ada = world.client("ada@Harbour")

    older = text(ada.get(f"/kpis/{kpi}?before=2031-03-01"))

    assert "February 2031" in older and "April 2031" not in older.split("Enter a reading")[0].split("claims folds")[1]
    assert "Back to the newest" in older


def test_a_reading_is_entered_and_what_is_refused_keeps_what_was_written(world):
    kpi = owned(world)
    ada = world.client("ada@Harbour")
    assert ada.post(f"/kpis/{kpi}/readings", {"period": "2031-04", "figure": "38.4"}).status_code == 302
    assert newest(world, kpi).value == Decimal("38.4")

    for sent, sentence in [
        ({"period": "Q1 2031", "figure": "1"}, "Write a month"),
        ({"period": "2031-06", "figure": "1"}, "has not begun"),
        ({"period": "2031-03", "figure": "1,5"}, "decimals after a point"),
        ({"period": "2031-03", "figure": ""}, "stays missing"),
        ({"period": "", "figure": "1"}, "Say which period"),
        ({"period": "2031-03", "figure": "1", "as_of": "2031-09-09"}, "a day that has been"),
    ]:
        shown = text(ada.post(f"/kpis/{kpi}/readings", {"note": "Kept words", **sent}), 422)
        assert sentence in shown and "Kept words" in shown, sent
    assert world.client("bea@Orchard").post(f"/kpis/{kpi}/readings", {}).status_code == 403


NEW = {
    "name": "Spoil", "unit_kind": "own", "unit_name": "t", "per_kind": "days", "decimals": "1", "frequency": "month",
    "fiscal_start": "1", "aggregation": "last", "better": "up",
}  # fmt: skip


def test_something_is_watched_by_default_in_the_narrowest_circle(world):
    ada = world.client("ada@Harbour")
    form = text(ada.get(of(world, "kpis/new")))
    house, joint = world.ids["Harbour only"], world.ids["coast"]
    assert f'value="{house}" checked' in form and form.index(f'value="{house}"') < form.index(f'value="{joint}"')

    answer = ada.post(
        of(world, "kpis/new"), NEW | {"circle": str(joint), "owner": f"{world.ids['Orchard']}:{world.ids['bo']}"}
    )

    shown = text(ada.get(answer["Location"]))
    assert "Spoil" in shown and "t per day" in shown and "Orchard" in shown


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": ""}, "Say what is measured"),
        ({"unit_kind": "money", "unit_name": "euros"}, "three letters"),
        ({"unit_name": ""}, "one to 40 signs"),
        ({"per_kind": "own", "per_name": "t"}, "A rate counts one unit by another"),
        ({"formula": "[K-1] +"}, "Column"),
        ({"formula": "[K-9]"}, "No KPI that everybody here sees"),
        ({"warn_at": "5", "alarm_at": "9"}, "The alarm lies beyond the warning"),
        ({"owner": "nonsense"}, "Select a valid choice"),
        ({"circle": "nonsense"}, "choose one of the circles shown"),
    ],
)
def test_what_is_said_wrongly_of_a_kpi_is_named_at_its_field(world, sent, sentence):
    ada = world.client("ada@Harbour")
    shown = text(
        ada.post(of(world, "kpis/new"), NEW | {"circle": str(world.ids["coast"]), "informs": "Kept"} | sent), 422
    )

    assert sentence in shown and "Kept" in shown


def test_the_eighth_headline_asks_which_one_goes(world):
    first = [watched(world, KpiTerms(name=f"Number {n}", is_headline=True)) for n in range(7)]
    ada = world.client("ada@Harbour")
    sent = NEW | {"circle": str(world.ids["coast"]), "is_headline": "on"}

    asked = text(ada.post(of(world, "kpis/new"), sent), 409)
    assert "Which one goes?" in asked and "Number 3" in asked and "Keep all, knowingly" in asked

    assert ada.post(of(world, "kpis/new"), sent | {"which_goes": str(first[3])}).status_code == 302
    assert not page(world, first[3]).row.is_headline
    assert ada.post(of(world, "kpis/new"), sent | {"which_goes": "keep-all"}).status_code == 302


def test_a_change_over_somebody_elses_keeps_both(world):
    kpi = owned(world)
    ada = world.client("ada@Harbour")
    assert text(ada.get(f"/kpis/{kpi}/change"))
    changed = NEW | {"name": "Dredged and sold", "version": "1"}
    assert ada.post(f"/kpis/{kpi}/change", changed).status_code == 302

    stale = text(ada.post(f"/kpis/{kpi}/change", changed | {"name": "Dredged only"}), 409)
    assert "Dredged and sold" in stale and "Dredged only" in stale and "Nothing of yours is lost" in stale
    assert 'name="version" value="2"' in stale
    assert "Name: Dredged, now Dredged and sold" in text(ada.get(f"/kpis/{kpi}/history"))
    assert world.client("bea@Orchard").get(f"/kpis/{kpi}/change").status_code == 403


def test_retiring_can_be_taken_back_from_the_toast(world):
    kpi = owned(world)
    ada = world.client("ada@Harbour")
    answer = ada.post(f"/kpis/{kpi}/retirement", {"version": "1"}, follow=True)
    token = text(answer).split('name="token" value="')[1].split('"')[0]
    assert page(world, kpi).row.retired_at

    again = ada.post("/undo", {"token": token, "back": f"/kpis/{kpi}"}, follow=True)

    assert "It is as it was before." in text(again)
    assert page(world, kpi).row.retired_at is None


def test_a_kpi_that_nothing_uses_and_nobody_reads_is_offered_to_go(world):
    kpi = owned(world)
    claim(world, kpi, said(1, "1"))
    ada = world.client("ada@Harbour")
    assert "nobody has read it for two periods" in text(ada.get(of(world, "kpis")))
    assert "nobody has read it for two periods" not in text(world.client("bea@Orchard").get(of(world, "kpis")))

    watched(world, KpiTerms(name="Twice", formula="[K-1] * 2", unit="own:t"))
    assert "nobody has read it for two periods" not in text(ada.get(of(world, "kpis")))


def test_the_check_in_takes_all_in_one_go_and_what_is_empty_stays_due(world):
    first, second = owned(world), watched(world, KpiTerms(name="Ships", organisation_id=world.ids["Harbour"]))
    claim(world, first, said(3, "38.4"))
    ada = world.client("ada@Harbour")
    shown = text(ada.get(of(world, "check-in")))
    assert "2 readings are due from Harbour" in shown and "38.4 t" in shown
    sent = {f"start-{pk.hex}": "2031-04-01" for pk in (first, second)}

    assert "Enter at least one value" in text(ada.post(of(world, "check-in"), sent), 422)
    wrong = text(
        ada.post(of(world, "check-in"), sent | {f"value-{first.hex}": "40", f"value-{second.hex}": "many"}), 422
    )
    assert "decimals after a point" in wrong and 'value="40"' in wrong
    assert page(world, first).row.due_start
    far = {f"start-{first.hex}": "9999-12-31", f"value-{first.hex}": "40"}
    assert ada.post(of(world, "check-in"), far).status_code == 422

    assert ada.post(of(world, "check-in"), sent | {f"value-{first.hex}": "40"}).status_code == 302
    assert newest(world, first).value == 40 and page(world, second).row.due_start
    assert "One reading is due" in text(ada.get(of(world, "check-in")))
    assert world.client("bea@Orchard").get(of(world, "check-in")).status_code == 403


TABLE = "KPI\tPeriod\tValue\tNote\nDredged\t2031-03\t38.4\t\nK-1\t2031-02\t37.0\tcounted again\nDredged\t2031-04\t\t\nNobody\t2031-03\t1\t\n"


def brought(world, who, table=TABLE, **more):
    return world.client(who).post(of(world, "readings/new"), {"text": table, **more})


def forms_of(shown):
    kept = shown.split('name="kept" value="')[1].split('"')[0]
    ticks = [part.split('"')[0] for part in shown.split('name="tick" value="')[1:]]
    return kept, ticks


@pytest.mark.slow
def test_a_pasted_table_is_looked_at_first_and_then_entered_whole(world):
    kpi = owned(world)
    claim(world, kpi, said(2, "36.0"))
    shown = text(brought(world, "ada@Harbour"))
    assert "corrects ours" in shown and ">new<" in shown.replace(" ", "") or "new" in shown
    assert "No KPI that you see is called “Nobody”" in shown and "no value: stays missing" in shown
    assert newest(world, kpi).value == 36
    kept, ticks = forms_of(shown)
    assert len(ticks) == 2

    answer = world.client("ada@Harbour").post(of(world, "readings/new"), {"kept": kept, "do": "enter", "tick": ticks})

    assert answer.status_code == 302
    assert [row.value for row in page(world, kpi).readings] == [Decimal("38.4"), Decimal("37.0")]
    theirs = text(brought(world, "bo@Orchard", TABLE.replace("37.0", "30")))
    assert "confirms theirs" in theirs and "contests theirs" in theirs
    assert world.client("bea@Orchard").get(of(world, "readings/new")).status_code == 403


@pytest.mark.slow
def test_columns_that_were_guessed_wrongly_are_named(world):
    owned(world)
    table = "Was\tWann\tIst\nDredged\t2031-03\t38.4\n"
    shown = text(brought(world, "ada@Harbour", table), 422)
    kept, _ticks = forms_of(shown)
    named = {"kept": kept, "do": "look", "column-kpi": "Was", "column-period": "Wann", "column-value": "Ist"}

    again = text(world.client("ada@Harbour").post(of(world, "readings/new"), named))

    assert "Dredged, March 2031" in again
    assert "did not come back whole" in text(
        world.client("ada@Harbour").post(of(world, "readings/new"), {"kept": "x"}), 422
    )


def test_a_reading_shows_both_claims_and_takes_what_others_say(world):
    kpi = owned(world)
    claim(world, kpi, said(3, "38.4", note="All nights."))
    reading = newest(world, kpi)
    bo = world.client("bo@Orchard")
    shown = text(bo.get(f"/readings/{reading.id}"))
    assert "38.4" in shown and "All nights." in shown and "Confirm 38.4" in shown
    assert "Correct it" in text(world.client("ada@Harbour").get(f"/readings/{reading.id}"))
    assert "Contest it" not in text(world.client("bea@Orchard").get(f"/readings/{reading.id}"))

    why = text(bo.post(f"/readings/{reading.id}/stance", {"version": "1", "word": "contest", "figure": "37"}), 422)
    assert "says why" in why and 'value="37"' in why
    sent = {"version": "1", "word": "contest", "figure": "37", "reason": "Two nights were lost."}
    assert bo.post(f"/readings/{reading.id}/stance", sent).status_code == 302
    assert "meanwhile" in text(bo.post(f"/readings/{reading.id}/stance", sent), 409)

    both = text(world.client("cy@Island").get(f"/readings/{reading.id}"))
    assert "1.4 t apart; nothing is averaged" in both and "Two nights were lost." in both and "2 claims" in both
    assert "Propose which figure holds" in text(bo.get(f"/readings/{reading.id}"))


def test_the_members_are_asked_which_figure_holds(world):
    kpi = owned(world)
    claim(world, kpi, said(3, "38.4"))
    claim(world, kpi, said(3, "37.0"), who="bo@Orchard")
    reading, bo = newest(world, kpi), world.client("bo@Orchard")
    way = f"/readings/{reading.id}/settlement"
    assert "37.0 t" in text(bo.get(way))
    assert "Write the figure that holds" in text(bo.post(way, {"version": "2", "holds": "other", "days": "7"}), 422)

    answer = bo.post(way, {"version": str(reading.version), "holds": "37.0", "days": "7", "reason": "As agreed."})

    assert answer.status_code == 302 and answer["Location"].startswith("/proposals/")
    assert "The members are asked which figure holds" in text(bo.get(f"/readings/{reading.id}"))
    assert world.client("bea@Orchard").get(way).status_code == 403


def test_a_corrected_reading_leads_to_the_one_in_its_place(world):
    kpi = owned(world)
    claim(world, kpi, said(3, "38.4"))
    old = newest(world, kpi)
    claim(world, kpi, said(3, "38.5"))

    answer = world.client("bo@Orchard").get(f"/readings/{old.id}")

    assert answer.status_code == 302 and answer["Location"] == f"/readings/{newest(world, kpi).id}"
