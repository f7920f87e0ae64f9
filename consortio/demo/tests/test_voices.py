"""What people of the demo world said, kept to themselves, and have not answered yet."""

from datetime import UTC, datetime

import pytest

from consortio import access
from consortio.accounts.models import User
from consortio.demo.cast import CAST
from consortio.demo.crossing import ROWS
from consortio.demo.table import lines_of
from consortio.demo.voices import AT_HOME, INVITED, SAID, SIDES, _rows
from consortio.invitations.reads import invitations_to
from consortio.overview.reads import glance, waiting
from consortio.partnerships.reads import house_of
from consortio.plans.models import Item, OwnSide
from consortio.plans.own_side import own_side
from consortio.record.models import Entry
from consortio.remarks.models import Mention, Remark

from .conftest import TODAY, acting
from .test_story import partnership

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.slow]


def remarks(who):
    with access.reading(actor := acting(who)):
        return {row.text for row in access.visible(actor, Remark)}


def test_tables_name_known_people_and_rows():
    keys = {line.key for line in lines_of(ROWS)}

    spoken = [(who, key) for table in (SAID, AT_HOME) for *_, who, key, _ in _rows(table)]
    written = [(who, key) for who, key, *_ in _rows(SIDES)]

    assert {who for who, _ in spoken + written} <= set(CAST)
    assert {key for _, key in spoken + written} <= keys


def test_what_is_said_to_all_is_read_by_all_and_the_rest_at_home_only():
    said, at_home = ({row[-1] for row in _rows(table)} for table in (SAID, AT_HOME))

    assert said <= remarks("jonas") and said <= remarks("henrik") and said <= remarks("tomas")
    assert len(at_home & remarks("henrik")) == 2
    assert len(at_home & remarks("per")) == len(at_home & remarks("tomas")) == 1


def test_whoever_is_named_in_a_remark_is_found():
    with access.unscoped("test"):
        named = {row.person.name for row in Mention.objects.select_related("person")}

    assert named == {"Felix Adeyemi", "Ingrid Solheim", "Tomas Okafor", "Henrik Dahl", "Per Aune"}


def test_a_house_keeps_its_estimate_to_itself():
    with access.reading(yuna := acting("yuna")):
        (row,) = access.visible(yuna, OwnSide)
    with access.unscoped("test"):
        item = Item.objects.get(pk=row.item_id)

    assert item.name == "Battery modules for Lom built"
    assert own_side(actor=acting("felix"), item_id=item.pk).high_minutes == 80 * 480
    assert own_side(actor=acting("tomas"), item_id=item.pk).version is None


def test_something_waits_for_most_of_the_cast():
    kinds = {who: {one.kind for one in waiting(actor=acting(who), at=NOW).all} for who in CAST}

    assert {"proposal", "nomination", "unnamed"} <= kinds["ingrid"]
    assert all("item" in kinds[who] for who in ("felix", "henrik", "tomas", "mette"))
    assert kinds["jonas"] == set()  # who observes


def test_an_invitation_is_not_answered_yet():
    ingrid = acting("ingrid")
    with access.reading(ingrid):
        house = access.get(ingrid, access.models.Circle, house_of(actor=ingrid)).partnership_id

    (only,) = invitations_to(actor=ingrid, partnership_id=house, at=NOW)

    assert (only.email, only.is_over) == (INVITED, False)
    assert not User.objects.filter(email=INVITED).exists()


def test_the_sentence_of_the_partnership_has_something_to_say():
    page = glance(actor=acting("yuna"), partnership_id=partnership(acting("yuna")).id, at=NOW)

    assert page.lead.late and page.lead.critical and page.lead.way and page.lead.last.days_moved
    assert page.lead.last.house_finish_at > page.lead.last.finish_at
    assert glance(actor=acting("per"), partnership_id=page.partnership.id, at=NOW).lead.last.house_finish_at is None


def test_the_joint_record_tells_eight_months_in_their_order():
    joint = partnership(acting("ingrid")).joint_id
    with access.unscoped("test"):
        at = list(Entry.objects.filter(circle=joint).order_by("number").values_list("at", flat=True))
    behind = [one for one, before in zip(at[1:], at, strict=False) if one < before]

    assert (at[-1] - at[0]).days > 200
    assert len(behind) < len(at) / 20  # what was made at the end, for an earlier day
