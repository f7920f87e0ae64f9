"""Files: who gets them, how they leave, and what becomes of their bytes."""

import pytest
from django.utils import timezone

from consortio.access import NotVisible, unscoped
from consortio.access.gate import as_system
from consortio.attachments import jobs, store
from consortio.attachments.actions import attach, withdraw_attachment
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
    return world.do(step, attach, who, circle_id=world.ids[circle], name=name, content=content)


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
    return outbox.serve_due(clock=lambda: at)


def test_bytes_go_a_day_after_the_last_row_that_named_them(world, files):
    first, second = put(world, step="first"), put(world, step="second", who="bo@Orchard")
    same_elsewhere = put(world, step="third", circle="Harbour only")
    withdraw(world, first)

    assert serve(NOON + jobs.A_DAY / 2) == 0
    assert serve(NOON + jobs.A_DAY) == 1
    assert path_of(world, b"<svg onload=x>").exists()

    withdraw(world, second, "bo@Orchard")
    assert serve(NOON + jobs.A_DAY) == 1
    assert not path_of(world, b"<svg onload=x>").exists()
    assert content_of(actor=world.actor("ada@Harbour"), attachment_id=same_elsewhere) == b"<svg onload=x>"
    assert [path.name for path in files.rglob("*") if path.is_file()] == [store.sha256_of(b"<svg onload=x>")]


def test_bytes_that_somebody_brings_again_meanwhile_stay(world, files, monkeypatch):
    withdraw(world, put(world, step="first"))
    kept = store.set_aside

    def meanwhile(circle_id, digest):
        kept(circle_id, digest)
        put(world, step="again")

    monkeypatch.setattr(store, "set_aside", meanwhile)
    assert serve(NOON + jobs.A_DAY) == 1
    assert path_of(world, b"<svg onload=x>").read_bytes() == b"<svg onload=x>"
    assert not list(files.rglob(".gone-*"))


def test_a_removal_that_was_killed_half_way_is_finished(world, files, monkeypatch):
    withdraw(world, put(world, step="first"))
    with monkeypatch.context() as patch:
        patch.setattr(store, "drop_aside", lambda *_: stop())
        assert serve(NOON + jobs.A_DAY) == 1
    assert list(files.rglob(".gone-*"))

    assert serve(timezone.now().replace(year=2040)) == 1
    assert not [path for path in files.rglob("*") if path.is_file()]
    with unscoped("test"):
        assert [effect.attempts for effect in Effect.objects.all()] == [2]


def stop():
    raise SystemError("killed")


def test_a_file_has_a_limit(world, files, monkeypatch):
    from consortio.attachments import actions

    monkeypatch.setattr(actions, "SIZE_MAX", 2**20)
    put(world, content=b"x" * 2**20, step="whole")
    with pytest.raises(actions.TooLarge, match="2 MB; at most 1"):
        put(world, content=b"x" * (2**20 + 1))


def test_writing_effects_is_for_the_system(world, files):
    withdraw(world, put(world))
    with as_system("test"):
        assert Effect.objects.filter(subscriber="attachments.bytes", served_at=None).count() == 1
