"""The access matrix: the cast, at every address, as the file beside says; whatever the organisations are called."""

import os
import re
from difflib import unified_diff
from pathlib import Path

import pytest

from .isolation import samples
from .isolation.matrix import EVERYBODY, METHODS, WIDTH, heading, matrix, signed_in
from .isolation.observe import NEVER
from .isolation.routes import part, routes
from .isolation.twins import beginning

ROOT = Path(__file__).parents[1]
KEPT = Path(__file__).with_name("access_matrix.txt")
SWAPPED = {"Harbour": "Island", "Orchard": "Harbour", "Island": "Orchard"}


OUTSIDE = [3, 4, 5, 6, 7, 8, 9, 11, 12]  # columns: signed in, and with no seat in Harbour's circles
NO_MEMBERS = [9, 10, 11, 12]
OBSERVERS = [2, 5, 8]
SOME = [0, 1, 3, 6, 9, 13]  # a lead of each organisation, a contributor, a former member, and nobody


# Identities lie in no circle: who shares a house with somebody, or shared a circle, knows their name.
IDENTITIES = {
    f"{prefix}/{kind}/<{one}_id>{more}"
    for prefix in ("", "/api/v1")
    for kind, one in (("organisations", "organisation"), ("people", "person"))
    for more in ("", "/name", "/items", "/fiscal-year")
}
STRANGERS = [11, 12]
INVITED = "/invitation/<invitation_id>"  # waits for whoever signs in with the address that it went out to
# A circle's stream says nothing of one that is quiet, not there, or another's.
ALIKE = {"/circles/<circle_id>/changes/<since>"}


def rows(methods=METHODS):
    for line in KEPT.read_text().splitlines():
        if line.startswith(METHODS) and line.split()[0] in methods:
            place, statuses = line[7 + WIDTH + 1 : 7 + WIDTH + 9].strip(), line[7 + WIDTH + 10 :].split()
            yield line[: 7 + WIDTH].split()[1], place, [int(status) for status in statuses]


def test_each_address_is_in_the_matrix():
    assert {address for address, _, _ in rows()} == {str(route) for route in routes()}


def test_which_methods_an_address_knows_depends_on_nobody():
    """Each line was asked for all of the cast because the lead and somebody apart were not told "not done here"."""
    sources = [path for path in ROOT.joinpath("consortio").rglob("*.py") if "tests" not in path.parts]
    own = [path.name for path in sources if re.search(r"NotAllowed|status=405|request, 405", path.read_text())]

    assert len(sources) > 100 and own == []
    assert [address for address, _, statuses in rows() if NEVER & set(statuses)] == []


def test_what_lies_in_house_is_not_there_for_others():
    found = [(address, statuses) for address, place, statuses in rows() if place == "in-house" and address not in ALIKE]

    assert len(found) > 20
    assert [address for address, statuses in found if {statuses[column] for column in OUTSIDE} != {404}] == []


def test_an_invitation_is_there_for_whoever_reads_the_mail_of_its_address_alone():
    found = [statuses for address, _, statuses in rows() if address == INVITED]

    assert [[column for column, status in enumerate(one) if status != 404] for one in found] == [[11], [], [11], []]


def test_what_is_joint_is_not_there_for_those_who_take_no_part():
    apart = ALIKE | IDENTITIES | {INVITED}
    found = [(address, statuses) for address, place, statuses in rows() if place == "joint" and address not in apart]

    assert len(found) > 20
    assert [address for address, statuses in found if {statuses[column] for column in NO_MEMBERS} != {404}] == []


def test_names_are_not_there_for_those_who_share_nothing_with_anybody():
    found = [statuses for address, place, statuses in rows() if address in IDENTITIES and place == "joint"]

    assert len(found) > 4
    assert all({statuses[column] for column in STRANGERS} == {404} for statuses in found)
    assert any(statuses[0] in (200, 302) for statuses in found)


def test_whoever_looks_on_is_refused_before_what_they_sent_is_read():
    """A form that comes back, or a page that does nothing, tells them that they might."""
    own = {address for address in IDENTITIES if address.endswith("/name")}  # everybody gives themselves a name
    own |= {
        "/api/v1/decisions/<decision_id>/reading",
        "/decisions/<decision_id>/reading",
    }  # and says what they have read
    found = [(address, statuses) for address, place, statuses in rows(METHODS[1:]) if place and address not in own]

    assert len(found) > 40
    assert [address for address, statuses in found if {statuses[column] for column in OBSERVERS} & {200, 422}] == []


def differences(kept, found):
    return list(unified_diff(kept, found, lineterm="", n=0))


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
def test_each_of_the_cast_may_do_what_the_matrix_says(tmp_path):
    """All are asked for a twentieth of the addresses, six of them for an eighth; to write the table anew, all for all."""
    rewrites = bool(os.environ.get("REWRITE"))
    of_all = routes() if rewrites else part(0, 20)
    of_some = [route for route in part(0, 8) if route not in of_all]

    with beginning(tmp_path) as twins, twins.world() as story:
        cast = signed_in(story)
        found = [*heading(), *matrix(story, of_all, cast)]
        found_of_some = matrix(story, of_some, [cast[column] for column in SOME])

    if rewrites:
        KEPT.write_text("\n".join(found) + "\n")
    kept = KEPT.read_text().splitlines()
    about_some = [only(line, SOME) for line in kept if is_about(line, of_some)]
    assert differences([*heading(), *(line for line in kept if is_about(line, of_all))], found) == []
    assert differences(about_some, found_of_some) == []
    assert len(found) > 40 and (len(about_some) > 60 or of_all == routes())


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db
def test_permissions_do_not_depend_on_names_or_ids(tmp_path):
    """Harbour is called Island, and so on round; every id is another, in another order. A fifteenth of the addresses are asked."""
    about_rows = [route for route in part(4, 15) if any(samples.kind_of(name) for name, _ in route.slots)]

    with beginning(tmp_path, called=SWAPPED, seed="another ") as twins, twins.world() as story:
        found = matrix(story, about_rows, signed_in(story, [EVERYBODY[column] for column in SOME]))

    kept = [only(line, SOME) for line in KEPT.read_text().splitlines() if is_about(line, about_rows)]
    assert len(found) > 20 and differences(kept, found) == []


def only(line, columns):
    """Return a line of the matrix with the statuses of some of the cast."""
    head, statuses = line[: 7 + WIDTH + 10], line[7 + WIDTH + 10 :].split()
    return head + " ".join(statuses[column] for column in columns)


def is_about(line, among):
    return line.startswith(METHODS) and line[7 : 7 + WIDTH].strip() in {str(route) for route in among}
