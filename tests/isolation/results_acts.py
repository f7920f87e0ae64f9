"""The story of results files: one on its way in at each step, and partnerships that an organisation makes alone."""

from datetime import date
from decimal import Decimal

from consortio import access
from consortio.attachments.bringing import brought
from consortio.goals.actions import draft_goal
from consortio.goals.terms import GoalTerms
from consortio.interchange.iati import read_iati
from consortio.interchange.tests.fixtures_iati import activity, iati, period
from consortio.interchange.wording import Wording
from consortio.jobs.actions import cancel_job
from consortio.kpis.actions import claim_readings, define_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.terms import KpiTerms
from consortio.results.actions import bring_in_results, drop_results, keep_results, refuse_results
from consortio.results.bringing import bring_results
from consortio.results.models import ResultsFile
from consortio.results.summary import offered, packed, summary_of
from tests.world import NOON

from .acts import do_jobs
from .chapters import after, before, private
from .plan_acts import version
from .story import Story

YEAR = (date(2030, 1, 1), date(2031, 1, 1))
IDENTIFIER = "XX-1-CATCH"  # of the activity in every file: whoever brought it in before is told so


@before
def common_figures(story: Story) -> None:
    """What all members hand out."""
    circle = {"circle_id": story.ids["coast"]}
    story.do("landings", define_kpi, "ada@Harbour", **circle, terms=KpiTerms("Landings", frequency="year"))
    _claim(story, "landings", 7)
    _aim(story, "more landings", "landings", "coast")


@private("results", "kpis", "goals")
def own_figures(story: Story) -> None:
    """What Harbour measures and wants in its house is in nobody else's file."""
    circle = {"circle_id": story.ids["Harbour only"]}
    terms = KpiTerms(story.said("Own landings", "Harbour only"), frequency="year")
    story.do("own landings", define_kpi, "ada@Harbour", **circle, terms=terms)
    _claim(story, "own landings", 3)
    _aim(story, "own goal", "own landings", "Harbour only")


@private("results")
def own_results(story: Story) -> None:
    """Files on their way in, each at another step, and a partnership that Harbour made of one."""
    for name in ("results", "chosen results", "applied results"):
        bring_in_steps(story, name, "ada@Harbour", "Harbour's house")
    _upload(story, "refused results", "ada@Harbour", "Harbour's house")
    sentence = Wording("{why}.", why=story.said("line 3 is odd", "Harbour's house"))
    why = {"message": sentence, "job_id": story.ids["job of refused results"]}
    story.act("refuse results", refuse_results, "ada@Harbour", draft_id=story.ids["refused results"], **why)
    _upload(story, "dropped results", "ada@Harbour", "Harbour's house")
    story.act("drop results", drop_results, "ada@Harbour", draft_id=story.ids["dropped results"])
    choose(story, "chosen results", "ada@Harbour", "Harbour's house")
    _stop(story, "chosen results", "ada@Harbour")
    choose(story, "applied results", "ada@Harbour", "Harbour's house")
    do_jobs(story)
    bring_in_steps(story, "later results", "ada@Harbour", "Harbour's house")
    choose(story, "later results", "ada@Harbour", "Harbour's house", into=_made(story, "applied results"))
    do_jobs(story)


@after
def common_results(story: Story) -> None:
    bring_in_steps(story, "Orchard's results", "bo@Orchard", "Orchard's house")
    bring_in_steps(story, "Orchard's applied results", "bo@Orchard", "Orchard's house")
    choose(story, "Orchard's applied results", "bo@Orchard", "Orchard's house")
    do_jobs(story)


def _claim(story: Story, kpi: str, value: int) -> None:
    claims = [Claim(*YEAR, Decimal(value))]
    story.act(f"claim {kpi}", claim_readings, "ada@Harbour", kpi_id=story.ids[kpi], claims=claims)


def _aim(story: Story, name: str, kpi: str, circle: str) -> None:
    own = {"baseline": Decimal(1), "target": Decimal(9), "kpi_id": story.ids[kpi]}
    terms = GoalTerms(story.said(name, circle), date(2030, 1, 1), date(2031, 12, 31), **own)
    story.do(name, draft_goal, "ada@Harbour", circle_id=story.ids[circle], terms=terms)


def bring_in_steps(story: Story, name: str, who: str, house: str) -> None:
    """Bring a file as far as to be looked at, by hand: the reading process is looked at elsewhere."""
    results = read_iati(_upload(story, name, who, house), "results.xml")
    kept = offered(results)
    summary = summary_of(results, kept, source="IATI, results.xml", today=NOON.date())
    looked = {"summary": summary, "job_id": story.ids[f"job of {name}"]}
    with brought(story.ids[house], packed(kept)) as neutral:
        story.act(f"read {name}", keep_results, who, draft_id=story.ids[name], neutral=neutral, **looked)


def _upload(story: Story, name: str, who: str, house: str) -> bytes:
    said = story.said(name, house)
    measured = (
        f'<result type="1"><title><narrative>{said}</narrative></title><indicator measure="1">'
        f'<title><narrative>{said}</narrative></title><baseline year="2029" value="1"/>{period("9", "7")}'
        "</indicator></result>"
    )
    parts = {"iati_identifier": f"<iati-identifier>{IDENTIFIER}</iati-identifier>"}
    parts |= {"title": f"<title><narrative>{said}</narrative></title>"}
    content = iati(activity(measured, **parts))
    own = {"house_id": story.ids[house], "name": f"{said}.xml", "content": content}
    story.do(name, bring_results, who, **own)
    _stop(story, name, who)
    return content


def _stop(story: Story, name: str, who: str) -> None:
    with access.unscoped("test"):
        job_id = story.ids[f"job of {name}"] = ResultsFile.objects.get(pk=story.ids[name]).job_id
    story.act(f"stop {job_id}", cancel_job, who, job_id=job_id)


def _made(story: Story, name: str) -> str:
    with access.unscoped("test"):
        return ResultsFile.objects.get(pk=story.ids[name]).made["0"]


def choose(story: Story, name: str, who: str, house: str, into: str = "") -> None:
    """Ask for a file to be brought in, as a partnership of its own or into one."""
    one = {"at": 0, "name": story.said(f"Of {name}", house), "us": None, "without": [], "invited": [], "into": into}
    over = {"draft_id": story.ids[name], "version": version(story, ResultsFile, name)}
    letters = story.called(who.partition("@")[2])[1]
    story.act(f"choose {name}", bring_in_results, who, **over, choices={"letters": letters, "activities": [one]})
