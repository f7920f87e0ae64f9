"""A preview and a refusal in the reader's language, whatever language the file was read in."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.utils.html import escape

from consortio import access
from consortio.imports.models import Draft
from consortio.interchange.wording import Wording
from consortio.jobs.models import Job
from consortio.ui import pseudo

from .test_flow import draft_of, partnership, run_jobs, upload

BROKEN = """ID,Name,Start,Finish,Duration,Predecessors,Percent complete,Level
1,Survey,2031-05-05,2031-05-09,5 days,,10%,x
2,Dredge,soon,2031-05-23,long,9,400%,1
3,Open,2031-05-23,2031-05-23,0 days,3;2;2,,1
,,,,,,,
4,,2031-05-24,,,,,
"""
WORDLESS = b"Foo,Bar\nDredge,2031-05-06\n"


@pytest.fixture
def pseudo_language(monkeypatch):
    monkeypatch.setattr("django.utils.translation.trans_real._translations", {})
    pseudo.install()

    def speak(world, language, who="ada"):
        get_user_model().objects.filter(person=world.ids[who]).update(language=language)

    return speak


def read(world, content):
    ada = world.client("ada@Harbour")
    upload(ada, f"/partnerships/{partnership(world)}/import", world.ids["coast"], content)
    run_jobs()
    return ada, draft_of(world)


def keep(world, draft, **columns):
    """Write what a release before this one has kept."""
    with access.writing(actor := world.actor("ada@Harbour")):
        access.visible(actor, Draft).filter(pk=draft.pk).update(version=draft.version, **columns)


def wordings(draft):
    return [Wording.from_json(one["wording"]) for group in draft.summary["findings"] for one in group["examples"]]


def shown(page):
    found = re.findall(r'<li class="finding">.*?</li>', page, re.DOTALL)
    return [re.sub(r"\s+", " ", text) for one in found for text in re.findall(r"<(?:b|p)\b[^>]*>(.*?)</", one)]


def places(page):
    return re.findall(r'<span class="key">(.*?)</span>', page)


def test_no_finding_is_plain_english_to_a_reader_of_another_language(world, pseudo_language):
    ada, draft = read(world, BROKEN)
    plain = ada.get(f"/imports/{draft.pk}").content.decode()
    pseudo_language(world, "en-xa")

    page = ada.get(f"/imports/{draft.pk}").content.decode()

    told = wordings(draft)
    assert len(told) > 6
    assert [one for one in told if escape(one) not in plain] == []
    assert [one for one in told if escape(one) in page] == []
    assert [one for one in shown(page) if not one.startswith("[")] == []
    assert "line 2, row 2, cell H2" in places(plain)
    assert ", ".join(map(pseudo.longer, ("line 2", "row 2", "cell H2"))) in places(page)


def test_what_was_expected_is_translated_inside_its_sentence(world, pseudo_language):
    ada, draft = read(world, BROKEN)
    pseudo_language(world, "en-xa")

    page = ada.get(f"/imports/{draft.pk}").content.decode()

    assert escape(pseudo.longer("a duration such as 5 d or 12 h")) in page
    assert "a duration such as 5 d or 12 h" not in page


def test_the_api_says_findings_in_words_and_keeps_no_texts(world):
    ada, draft = read(world, BROKEN)

    summary = ada.get(f"/api/v1/imports/{draft.pk}").json()["summary"]

    examples = [one for group in summary["findings"] for one in group["examples"]]
    assert [one["message"] for one in examples] == wordings(draft)
    assert {name for one in examples for name in one} == {"message", "where"}


def test_a_preview_kept_before_findings_had_texts_still_shows(world):
    ada, draft = read(world, BROKEN)
    example = {"message": "“{name}” was left out.", "where": "line 3"}
    old = draft.summary | {"findings": [{"severity": "info", "code": "total", "count": 1, "examples": [example]}]}
    keep(world, draft, summary=old)

    page = ada.get(f"/imports/{draft.pk}").content.decode()

    assert (shown(page), places(page)) == (["“{name}” was left out."], ["line 3"])


def test_a_refusal_is_said_in_the_readers_language_and_in_the_starters_job(world, pseudo_language):
    ada, _ = read(world, BROKEN)
    pseudo_language(world, "en-xa")
    _, draft = read(world, WORDLESS)
    with access.reading(actor := world.actor("ada@Harbour")):
        job = access.get(actor, Job, draft.job_id)

    theirs = ada.get(f"/imports/{draft.pk}").content.decode()
    pseudo_language(world, "")
    plain = ada.get(f"/imports/{draft.pk}").content.decode()

    assert escape(draft.message) in plain and escape(draft.message) not in theirs
    assert draft.message.startswith("The table has no row of headings") and "“Foo”, “Bar”" in draft.message
    assert "řöw öf héádîñgš" in theirs and "“Foo”, “Bar”" in theirs
    assert job.message != draft.message and "řöw öf héádîñgš" in job.message


def test_a_refusal_kept_before_it_had_a_text_still_shows(world):
    ada, draft = read(world, WORDLESS)
    keep(world, draft, summary={}, message="Row {row} is broken.")

    assert "Row {row} is broken." in ada.get(f"/imports/{draft.pk}").content.decode()
