import re
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client

from consortio import access
from consortio.access.models import Seat
from consortio.accounts import reads, users
from consortio.accounts.forms import suggested_letters
from consortio.accounts.models import Beginning, User
from tests.world import NOON

from .conftest import is_in, sign_in

FILLED = {
    "organisation": "Marrowfen Water",
    "letters": "",
    "name": "Bram Teague",
    "email": "Bram.Teague@marrowfen.example",
    "password": "herons on every weir",
    "zone": "Europe/London",
}


def begin(client, **other):
    return client.post("/first-run", FILLED | other)


def test_while_nobody_is_here_every_way_begins_at_the_first_run(db):
    assert Client().get("/")["Location"] == "/first-run"
    assert Client().get("/first-run").status_code == 200


def test_the_first_run_makes_everything_and_signs_in(db):
    client = Client()

    answer = begin(client)

    assert answer["Location"] == "/"
    user = User.objects.get()
    hats = reads.hats_of(user.person_id)
    assert (user.email, user.zone) == ("bram.teague@marrowfen.example", "Europe/London")
    assert (hats.name, [hat.name for hat in hats.organisations]) == ("Bram Teague", ["Marrowfen Water"])
    assert client.session["organisation"] == str(hats.organisations[0].id)
    assert is_in(client)
    again = Client()
    sign_in(again, email=FILLED["email"], password=FILLED["password"])
    assert is_in(again)


def test_the_first_run_is_there_once(db):
    begin(Client())

    assert Client().get("/first-run").status_code == 404
    assert begin(Client(), email="second@marrowfen.example").status_code == 404
    assert User.objects.count() == 1
    assert Client().get("/").get("Location") != "/first-run"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", ""),
        ("organisation", "\u200b"),
        ("organisation", "Marrow\u202efen"),
        ("name", "Bram\nTeague"),
        ("letters", "M"),
        ("letters", "M/"),
        ("name", ""),
        ("email", "no address"),
        ("password", "short"),
        ("password", "Marrowfen-Water-26"),
        ("password", "bram.teague.2026"),
        ("zone", "Middle/Earth"),
    ],
)
def test_what_is_not_right_is_said_at_its_field_and_nothing_is_made(db, field, value):
    answer = begin(Client(), **{field: value})

    assert answer.status_code == 422
    assert re.findall(r'id="id_(\w+)-fault"', answer.content.decode()) == [field]
    assert not User.objects.exists()
    assert begin(Client()).status_code == 302


def test_what_fails_half_way_leaves_nothing(db, monkeypatch):
    def fails(**_):
        raise users.EmailTaken("as if")

    with monkeypatch.context() as patch, pytest.raises(users.EmailTaken):
        patch.setattr(users, "create_account", fails)
        users.begin(**{**FILLED, "letters": "MW"}, at=NOON)

    with access.unscoped("test"):
        assert not Seat.objects.exists()
    assert not Beginning.objects.exists()
    assert begin(Client()).status_code == 302


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Marrowfen Water", "MW"), ("Quillstone", "QUI"), ("Tarn & Loom of the North", "TLO"), ("Ø", "Ø"), ("—", "")],
)
def test_letters_are_taken_from_the_name(name, letters):
    assert suggested_letters(name) == letters


def test_of_two_first_runs_at_once_one_wins(committed_empty):
    together, answers = Barrier(2), []

    def run(letters: str) -> None:
        try:
            together.wait()
            users.begin(**FILLED | {"letters": letters, "email": f"{letters}@marrowfen.example"}, at=NOON)
            answers.append("made")
        except users.AlreadyBegun:
            answers.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=run, args=[letters]) for letters in ("MA", "MB")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["made", "refused"]
    assert User.objects.count() == 1


def test_an_account_is_for_one_address(world, ada):
    with pytest.raises(users.EmailTaken):
        users.create_account(email="ADA@harbour.example ", person_id=world.ids["abe"], password=None, at=NOON)

    made = users.create_account(email="abe@harbour.example", person_id=world.ids["abe"], password=None, at=NOON)
    assert not made.has_usable_password()
    assert made.made_at == NOON


def test_every_zone_on_offer_is_one(db):
    page = Client().get("/first-run").content.decode()

    assert re.search(r'<option value="Europe/London">Europe/London</option>', page)
