"""Nothing goes unobserved: a new address, event, mail, job or feature without a place in the story fails here."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from consortio import access
from consortio.jobs import registry
from consortio.jobs.models import Job
from consortio.record.models import Entry

from .isolation.chapters import FEATURES, NOTHING_PRIVATE
from .isolation.mails import seen_mails
from .isolation.observe import Observer, explore
from .isolation.routes import routes
from .isolation.samples import SAMPLES, form_fields
from .isolation.twins import mails_told
from .test_access_matrix import rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
ROOT = Path(__file__).parents[1]
CLOSED = {404, 405, 403, 429}  # answers that show nothing of what an address does
MAILING = re.compile("address|account|sign-in|password|invit|member|nominat|remark|proposal|notices")
UNREACHED = {  # addresses that nobody of the matrix gets through to, and who observes them
    "/circles/<circle_id>/appointment": "wants a house without a lead there: circles/tests/test_pages.py",
    "/partnerships/<partnership_id>/invitations/<invitation_id>/resending": "wants a minute's patience: "
    "invitations/tests/test_member_pages.py",
    "/first-run": "open while there is no account at all: accounts/tests/test_first_run.py",
    "/sign-in/link/<token>": "wants a signed token: accounts/tests/test_links.py",
    "/sign-in/second-step": "wants a sign-in half done: accounts/tests/test_factors.py",
    "/invitation": "wants a link opened before: invitations/tests/test_answering.py",
    "/invitations/<token>": "wants the link of a mail: invitations/tests/test_answering.py",
    "/api/v1/invitations/acceptance": "wants the secret of a link: invitations/tests/test_api.py",
    "/api/v1/invitations/refusal": "wants the secret of a link: invitations/tests/test_api.py",
    "/account/address/<token>": "wants a signed token: accounts/tests/test_account.py",
    "/account/passkeys/<passkey_id>/name": "wants a passkey of one's own: accounts/tests/test_factors.py",
    "/account/passkeys/<passkey_id>/removal": "wants a passkey of one's own: accounts/tests/test_factors.py",
    "/account/recovery-codes": "wants a code app: accounts/tests/test_factors.py",
    "/account/sessions/<key_hash>/end": "wants another session of one's own: accounts/tests/test_sessions.py",
    "/api/v1/": "the API's own root, which answers nothing",
    "/unsubscription/<token>": "wants a signed token: notices/tests/test_pages.py",
    "/demo/removal": "wants the demo world: demo/tests",
}
WANTS_ANOTHER_VALUE = {"account_address"}  # than the good one of most forms, before a mail goes out
ELSEWHERE = {"demo"}  # features whose events belong to a world of their own


@pytest.fixture(scope="module")
def reached(twins):
    """Answer which events and jobs the story has, and which mails went out while it was told or somebody looked."""
    mailing = [route for route in routes() if MAILING.search(str(route))]
    with seen_mails() as mails, twins.world() as story:
        for who in ("bo@Orchard", "nobody@Nowhere"):
            explore(
                Observer(story, who),
                mailing,
                thorough=[route for route in mailing if route.name in WANTS_ANOTHER_VALUE],
                methods=["POST"],  # looking sends nothing
            )
        with access.unscoped("test"):
            events = set(Entry.objects.values_list("event", flat=True))
            jobs = set(Job.objects.values_list("kind", flat=True))
    return {"mails": mails | mails_told(), "events": events, "jobs": jobs}


def test_somebody_of_the_story_gets_through_to_each_address():
    statuses = defaultdict(set)
    for address, _, found in rows():
        statuses[address] |= set(found)

    assert {str(route) for route in routes()} == set(statuses)
    assert {address for address, found in statuses.items() if found <= CLOSED} - set(UNREACHED) == set()


def test_each_event_happens_in_the_story(reached):
    named = {event for path in sources() for event in events_in(path.read_text())}

    assert len(named) > 20
    assert named - reached["events"] == set()


def test_the_search_for_events_bites():
    assert list(events_in('record("note.written", note, number=1)')) == ["note.written"]
    with pytest.raises(AssertionError, match="name the event"):
        list(events_in("record(kind, note)"))


def sources() -> Iterator[Path]:
    for path in [*(ROOT / "consortio").rglob("*.py"), *(ROOT / "tests/notes").rglob("*.py")]:
        if "tests" not in path.relative_to(ROOT).parts[1:] and path.parent.name not in ELSEWHERE:
            yield path


def events_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)) if "record(" in source else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("record", "log.record") and node.args:
            assert isinstance(node.args[0], ast.Constant), f"{ast.unparse(node)}: name the event where it is recorded"
            yield node.args[0].value


def test_each_mail_is_sent_while_somebody_looks(reached):
    templates = {path.stem for path in (ROOT / "consortio").rglob("templates/*/mail/*.txt")}

    assert templates and templates - reached["mails"] == set()


def test_each_kind_of_job_is_done_in_the_story(reached):
    assert set(registry.kinds()) - reached["jobs"] == set()


def test_harbour_does_something_in_private_with_each_feature():
    named = set(settings.FEATURES)

    assert named - FEATURES - set(NOTHING_PRIVATE) == set()


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() & form_fields().keys()))
def test_a_sample_is_a_good_value(name):
    assert form_fields()[name].clean(SAMPLES[name]) is not None
