"""Files: who gets them, how they leave, and what becomes of their bytes."""

import os
import time

import pytest

from consortio.access import NotPermitted, NotVisible, unscoped
from consortio.access.gate import _under_way, as_system
from consortio.attachments import bringing, jobs, store
from consortio.attachments.actions import attach, withdraw_attachment
from consortio.attachments.bringing import bring_file, brought
from consortio.attachments.names import safe_name
from consortio.attachments.reads import content_of
from consortio.record import outbox
from consortio.record.models import Effect
from tests.world import NOON


@pytest.fixture
def files(settings, tmp_path):
    settings.FILES = tmp_path
    return tmp_path


def put(world, name="drawing.svg", content=b"<svg onload=x>", circle="coast", who="ada@Harbour", step="file"):
    return world.do(step, bring_file, who, circle_id=world.ids[circle], name=name, content=content)


def path_of(world, content, circle="coast"):
    return store.path_of(world.ids[circle], store.sha256_of(content))


def test_a_file_leaves_as_an_attachment_in_a_sandbox(world, files):
    own = put(world, "Übersicht.svg")
    answer = world.client("bea@Orchard").get(f"/files/{own}")

    assert (answer.status_code, b"".join(answer)) == (200, b"<svg onload=x>")
    assert answer["Content-Length"] == "14" and answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%9Cbersicht.svg")
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"
    asked = world.client("bea@Orchard").head(f"/files/{own}")
    assert (asked.status_code, asked["Content-Length"]) == (200, "14")


def test_an_in_house_file_is_not_there_for_partners(world, files):
    own = put(world, circle="Harbour only")
    assert world.client("abe@Harbour").get(f"/files/{own}").status_code == 200
    assert world.client("bo@Orchard").get(f"/files/{own}").status_code == 404
    assert world.client("nobody@Nowhere").get(f"/files/{own}").status_code == 404


def test_bytes_that_were_changed_on_the_disk_are_not_handed_out(world, files):
    own = put(world)
    path_of(world, b"<svg onload=x>").write_bytes(b"something else")
    browser = world.client("ada@Harbour", raise_request_exception=False)
    assert browser.get(f"/files/{own}").status_code == 500


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\plans\\a.xml", "a.xml"),
        ("a\r\nSet-Cookie: x.xml", "aSet-Cookie x.xml"),
        ("exe\u202elmx.xml", "exelmx.xml"),
        ("..", "file"),
        (".hidden", "hidden"),
        ("x" * 300, "x" * 200),
    ],
)
def test_names_are_names_and_nothing_else(given, kept):
    assert safe_name(given) == kept


def test_the_organisation_that_brought_a_file_withdraws_it(world, files):
    own = put(world)
    address = f"/files/{own}/withdrawal"
    assert world.client("bo@Orchard").post(address).status_code == 403
    assert world.client("abe@Harbour").post(address, {"back": "/account?x=1"})["Location"] == "/account?x=1"
    with pytest.raises(NotVisible):
        content_of(actor=world.actor("ada@Harbour"), attachment_id=own)


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org", "home", "javascript:x", "/\\example.org", ""]
)
def test_withdrawing_leads_to_no_other_host(world, files, back):
    own = put(world)
    assert world.client("ada@Harbour").post(f"/files/{own}/withdrawal", {"back": back})["Location"] == "/"


def withdraw(world, attachment_id, who="ada@Harbour"):
    withdraw_attachment(actor=world.actor(who), attachment_id=attachment_id, at=NOON)


def serve(at):
    """Serve what is due, and return how many effects of ours were."""
    before = served()
    outbox.serve_due(clock=lambda: at)
    return served() - before


def served():
    with unscoped("test"):
        return Effect.objects.filter(subscriber="attachments.bytes").exclude(served_at=None).count()


def grow_old(files):
    """Let all bytes look as if they had come two hours ago."""
    for path in files.rglob("*"):
        os.utime(path, (time.time() - 7200,) * 2)


def there(files):
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def test_bytes_go_a_day_after_the_last_row_that_named_them(world, files):
    first, second = put(world, step="first"), put(world, step="second", who="bo@Orchard")
    same_elsewhere = put(world, step="third", circle="Harbour only")
    withdraw(world, first)

    assert serve(NOON + jobs.A_DAY / 2) == 0
    assert serve(NOON + jobs.A_DAY) == 1
    assert path_of(world, b"<svg onload=x>").exists()

    withdraw(world, second, "bo@Orchard")
    grow_old(files)
    assert serve(NOON + jobs.A_DAY) == 1
    assert not path_of(world, b"<svg onload=x>").exists()
    assert content_of(actor=world.actor("ada@Harbour"), attachment_id=same_elsewhere) == b"<svg onload=x>"
    assert there(files) == [store.sha256_of(b"<svg onload=x>")]


def test_bytes_that_somebody_is_bringing_again_stay(world, files):
    withdraw(world, put(world, step="first"))
    grow_old(files)
    with brought(world.ids["coast"], b"<svg onload=x>") as stored:
        assert serve(NOON + jobs.A_DAY) == 1
        again = attach(actor=world.actor("ada@Harbour"), stored=stored, name="again.svg", at=NOON)
    assert content_of(actor=world.actor("ada@Harbour"), attachment_id=again) == b"<svg onload=x>"


def test_bytes_of_a_file_that_was_withdrawn_less_than_a_day_ago_stay(world, files):
    """A backup that runs may have copied its row."""
    first, later = put(world, step="first"), put(world, step="later", content=b"later")
    withdraw(world, first)
    withdraw_attachment(actor=world.actor("ada@Harbour"), attachment_id=later, at=NOON + jobs.A_DAY / 2)
    grow_old(files)

    assert serve(NOON + jobs.A_DAY) == 1
    assert there(files) == [store.sha256_of(b"later")]
    assert serve(NOON + 2 * jobs.A_DAY) == 1
    assert there(files) == []


def test_what_was_left_by_one_who_died_goes_with_the_next_that_is_withdrawn(world, files):
    withdraw(world, put(world, step="first"))
    left = store.keep(world.ids["coast"], b"never named")
    path_of(world, b"never named").with_name(".half").write_bytes(b"nev")
    grow_old(files)
    new = store.keep(world.ids["coast"], b"to be named")

    assert {left.sha256, new.sha256, ".half"} < set(there(files))
    assert serve(NOON + jobs.A_DAY) == 1
    assert there(files) == [new.sha256]


def test_what_was_left_by_one_who_died_is_looked_for_once_an_hour(world, files):
    put(world)
    later = put(world, step="later", content=b"later")
    withdraw(world, later)
    grow_old(files)
    store.keep(world.ids["coast"], b"about to be named")
    left = store.keep(world.ids["Orchard only"], b"never named").sha256
    grow_old(files / world.ids["Orchard only"].hex)
    before = there(files)

    jobs.remove_what_was_left(lambda: NOON + jobs.A_DAY / 2)
    assert there(files) == sorted([".swept", *(set(before) - {left})])
    store.keep(world.ids["Orchard only"], b"never named")
    grow_old(files / world.ids["Orchard only"].hex)
    jobs.remove_what_was_left(lambda: NOON + jobs.A_DAY / 2)
    assert left in there(files)
    grow_old(files)
    jobs.remove_what_was_left(lambda: NOON + 2 * jobs.A_DAY)
    assert there(files) == [".swept", store.sha256_of(b"<svg onload=x>")]


def test_what_is_refused_leaves_no_bytes(world, files):
    for who, circle, error in [("bea@Orchard", "coast", NotPermitted), ("bo@Orchard", "Harbour only", NotVisible)]:
        with pytest.raises(error):
            put(world, who=who, circle=circle)
    assert there(files) == []

    put(world)
    assert there(files) == [store.sha256_of(b"<svg onload=x>")]


def test_what_is_refused_takes_no_bytes_that_others_named_or_are_bringing(world, files):
    def refused(meanwhile):
        with pytest.raises(ZeroDivisionError), brought(world.ids["coast"], b"<svg onload=x>"):
            meanwhile()
            raise ZeroDivisionError

    refused(lambda: store.keep(world.ids["coast"], b"<svg onload=x>"))
    assert there(files) == [store.sha256_of(b"<svg onload=x>")]
    path_of(world, b"<svg onload=x>").unlink()
    refused(lambda: put(world))
    refused(lambda: None)
    assert there(files) == [store.sha256_of(b"<svg onload=x>")]


def test_nothing_is_stored_while_the_turn_to_write_is_held(world, files, monkeypatch):
    """Hashing and syncing 80 MB takes seconds, for which everybody else would wait."""
    kept, seen = store.keep, []

    def keep(circle_id, content):
        seen.append(_under_way.get())
        return kept(circle_id, content)

    monkeypatch.setattr(store, "keep", keep)
    put(world)
    assert seen == [None]


def test_a_file_has_a_limit(world, files, monkeypatch):
    monkeypatch.setattr(bringing, "SIZE_MAX", 2**20)
    put(world, content=b"x" * 2**20, step="whole")
    with pytest.raises(bringing.TooLarge, match="2 MB; at most 1"):
        put(world, content=b"x" * (2**20 + 1))


def test_writing_effects_is_for_the_system(world, files):
    withdraw(world, put(world))
    with as_system("test"):
        assert Effect.objects.filter(subscriber="attachments.bytes", served_at=None).count() == 1
