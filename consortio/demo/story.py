"""
The story of the demo world, played by the product's own actions at times that lie behind us.

A county's ferry line goes electric. For half a year the delivery provider sent the plan as a file; since then everybody
says here how far they are. A transformer is late, rust was found in the first vessel, and one house knows more than it
has told.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from consortio.access import ANY, Permission, Refused
from consortio.access.actor import ROLES
from consortio.accounts.users import create_account
from consortio.attachments.bringing import bring_file
from consortio.interchange.plan import Plan
from consortio.interchange.write_mspdi import write_mspdi
from consortio.invitations.accepting import accept_invitation
from consortio.invitations.actions import invite_organisation
from consortio.invitations.rules import hash_of
from consortio.invitations.sending import fresh_secret
from consortio.organisations.actions import hire_person
from consortio.partnerships.actions import edit_membership, found_partnership, register_organisation, seat_person
from consortio.partnerships.reads import partnerships_of
from consortio.plans.actions import PlanSettings, Progress, edit_plan_settings, set_progress
from consortio.plans.importing import Choices, Prepared, import_plan, prepare_import
from consortio.plans.reads import plan_page
from consortio.plans.reimporting import difference_of, reimport_plan

from .actions import lend_person, mark_houses
from .agreements import agree_on_baseline, ask_now, begin_work, found_together, learn_from_the_storm
from .asides import act_aside
from .capacities import look_for_dates, share_time
from .cast import CAST, COMPANIES, PARTNERSHIP
from .decisions import Deed as Deciding
from .decisions import decide_aside
from .decisions import deeds as decisions
from .expectations import expect
from .goals import want
from .measures import Deed as Measuring
from .measures import deeds as measures
from .money import spend
from .promises import Word, words_of
from .reads import is_loaded
from .stage import ZONE, Stage, staff
from .uncertain import foresee
from .unfolding import BEGINS, REVISIONS, Crossing, Report
from .voices import Voice, keep_to_themselves, voices, wait_for_answers

KEEPER = "priya"  # of the joint plan
AGREED, REPLANNED = "Agreed plan", "After the storm"
REPLANNED_WITH = 5  # the revision
Said = Voice | Deciding | Measuring | Word
Told = Report | Said


class LoadedAlready(Refused):
    """There is one demo world."""


def load(today: date) -> None:
    """Make the demo world as it looks on this day: all of it or nothing."""
    if is_loaded():
        raise LoadedAlready(_("The demo world is there already; `consortio demo remove` takes it away."))
    with transaction.atomic():
        stage = Stage(today)
        gather(stage)
        sit_together(stage)
        items = play(stage, Crossing(today))
        spend(stage, stage.at(-1, 4, 10))
        act_aside(stage, items)
        expect(stage, want(stage, items))
        decide_aside(stage, items)
        for word in words_of(stage, circle="offer"):
            word.speak(stage, items)
        keep_to_themselves(stage, items)
        foresee(stage, items)
        wait_for_answers(stage, items)
        share_time(stage)
        look_for_dates(stage)
        ask_now(stage, stage.at(-1, 3, 13))


def gather(stage: Stage) -> None:
    """Three organisations come with their people, who can sign in."""
    at = stage.at(BEGINS - 2)
    for company, own in COMPANIES.items():
        lead, *others = staff(company)
        made = register_organisation(name=own.name, letters=own.letters, lead=CAST[lead].name, at=at)
        stage.ids |= dict(zip((company, lead, f"{company}'s house"), made, strict=True))
        for who in others:
            role = stage.role(lead, stage.house(company), CAST[who].role)
            hired: dict[str, Any] = {"house_id": stage.house(company), "name": CAST[who].name, "role_id": role}
            stage.ids[who] = hire_person(actor=stage.actor(lead), **hired, at=at + timedelta(hours=1))
    mark_houses(house_ids=[stage.house(company) for company in COMPANIES], at=at + timedelta(hours=2))
    for who, one in CAST.items():
        create_account(email=one.email, person_id=stage.ids[who], password=None, at=at, zone=ZONE)


def sit_together(stage: Stage) -> None:
    """The client founds the partnership, the others join it, and each seats its people."""
    at = stage.at(BEGINS - 1)
    founder, *invited = COMPANIES
    lead = next(iter(staff(founder)))
    first: dict[str, Any] = {"name": PARTNERSHIP, "letters": COMPANIES[founder].letters}
    joint = found_partnership(actor=stage.actor(lead), house_id=stage.house(founder), **first, at=at)
    stage.ids["joint"] = joint
    sent = {}
    for company in invited:  # while the founder is alone; later the others would have to agree
        whom: dict[str, Any] = {"name": COMPANIES[company].name, "email": CAST[next(iter(staff(company)))].email}
        sent[company] = invite_organisation(actor=stage.actor(lead), joint_id=joint, **whom, at=at)
    for company, invitation_id in sent.items():
        _join(stage, company, invitation_id, at)
    for company in COMPANIES:
        _take_seats(stage, company, at + timedelta(days=2))
    _lend(stage, at + timedelta(days=3))
    found_together(stage, at + timedelta(days=3, hours=1))


def _join(stage: Stage, company: str, invitation_id: UUID, at: datetime) -> None:
    """Accept by the link that a mail would carry; none goes out, since it is spent before the mail is due."""
    made = fresh_secret(invitation_id=invitation_id, asked_at=at, at=at)
    assert made is not None, "nobody withdrew it"
    own: dict[str, Any] = {"house_id": stage.house(company), "letters": COMPANIES[company].letters}
    link: dict[str, Any] = {"secret_hash": hash_of(made[1]), "email": made[0].email}
    accept_invitation(actor=stage.actor(next(iter(staff(company)))), **own, **link, at=at + timedelta(days=1))


def _take_seats(stage: Stage, company: str, at: datetime) -> None:
    lead, *others = staff(company)
    actor = stage.actor(lead)
    for who in others:
        role = stage.role(lead, stage.ids["joint"], CAST[who].role)
        seat_person(actor=actor, joint_id=stage.ids["joint"], person_id=stage.ids[who], role_id=role, at=at)
    (row,) = (row for row in partnerships_of(actor=actor) if not row.is_house)
    own = row.member_ids[stage.ids[company]]
    edit_membership(actor=actor, membership_id=own.id, version=own.version, part=COMPANIES[company].part, at=at)


def _lend(stage: Stage, at: datetime) -> None:
    for who, one in CAST.items():
        if one.second:
            lend_person(
                joint_ids=[stage.house(one.second), stage.ids["joint"]],
                person_id=stage.ids[who],
                organisation_id=stage.ids[one.second],
                employer_id=stage.ids[one.company],
                role=one.role,
                at=at,
            )


def play(stage: Stage, crossing: Crossing) -> Mapping[str, UUID]:
    """Bring the joint plan, send it again month by month, and say progress. Returns the ids of its items by key."""
    items = _bring(stage, crossing)
    spoken: list[Said] = [*voices(stage), *measures(stage), *decisions(stage), *words_of(stage, circle="joint")]
    said: list[Told] = sorted([*crossing.reports(), *spoken], key=_said_at)
    for number in range(2, len(REVISIONS) + 1):
        week = REVISIONS[number - 1]
        until = crossing.sheet.friday(week).replace(tzinfo=ZoneInfo(ZONE))
        _say(stage, items, [one for one in said if _said_at(one) <= until])
        said = [one for one in said if _said_at(one) > until]
        items |= _send_again(stage, crossing, number)
        if number == REPLANNED_WITH:
            agree_on_baseline(stage, KEEPER, REPLANNED, stage.at(week, 1))
            learn_from_the_storm(stage, stage.at(week, 2))
    _say(stage, items, said)
    _settle(stage, crossing)
    return items


def _bring(stage: Stage, crossing: Crossing) -> dict[str, UUID]:
    plan, actor = crossing.sent(1), stage.actor(KEEPER)
    prepared, file = _prepared(stage, plan), write_mspdi(plan)
    brought: dict[str, Any] = {"circle_id": stage.ids["joint"], "at": stage.at(BEGINS)}
    made = import_plan(actor=actor, prepared=prepared, file_name=plan.file, file=file, **brought)
    bring_file(actor=actor, name=plan.file, content=file, subject_id=made, **brought)
    stage.ids["plan"] = made
    agree_on_baseline(stage, KEEPER, AGREED, stage.at(BEGINS, 2, 14))
    begin_work(stage, stage.at(BEGINS, 3))
    return _ids(crossing, prepared)


def _prepared(stage: Stage, plan: Plan) -> Prepared:
    return prepare_import(plan=plan, circle_id=stage.ids["joint"], choices=Choices(zone=ZONE, **stage.choices))


def _ids(crossing: Crossing, prepared: Prepared) -> dict[str, UUID]:
    rows = {row.external_id: row.pk for row in prepared.items}
    return {key: rows[number] for key, number in crossing.numbers.items() if number in rows}


def _send_again(stage: Stage, crossing: Crossing, number: int) -> Mapping[str, UUID]:
    """Apply everything that a new revision says and nobody said here. Returns the ids of items that are new."""
    plan, actor = crossing.sent(number), stage.actor(KEEPER)
    prepared, file = _prepared(stage, plan), write_mspdi(plan)
    over: dict[str, Any] = {"actor": actor, "plan_id": stage.ids["plan"], "prepared": prepared}
    difference = difference_of(**over)
    told: dict[str, Any] = {"file_name": plan.file, "file": file, "at": stage.at(REVISIONS[number - 1], 0, 10)}
    reimport_plan(**over, version=ANY, ticked=difference.keys_ticked, **told)
    new = {
        change.key.partition(":")[2] for change in difference.changes if (change.what, change.state) == ("item", "new")
    }
    return {key: pk for key, pk in _ids(crossing, prepared).items() if crossing.numbers[key] in new}


def _said_at(one: Told) -> datetime:
    return one.at.replace(tzinfo=ZoneInfo(ZONE)) if isinstance(one, Report) else one.at


def _say(stage: Stage, items: Mapping[str, UUID], said: Iterable[Told]) -> None:
    for one in said:
        if not isinstance(one, Report):
            one.speak(stage, items)
            continue
        progress = Progress(one.percent, None, one.started_at, one.finished_at)
        own: dict[str, Any] = {"item_id": items[one.key], "version": ANY, "progress": progress}
        set_progress(actor=stage.actor(_speaker(one.who)), **own, at=_said_at(one))


def _speaker(who: str) -> str:
    """Return who says how far an item is: whoever answers for it, their lead, or the keeper of the plan."""
    may: Any = ROLES[CAST[who].role] if who in CAST else ()
    if Permission.PROGRESS_UPDATE in may:
        return who
    company = CAST[who].company if who in CAST else who
    return next(iter(staff(company))) if company else KEEPER


def _settle(stage: Stage, crossing: Crossing) -> None:
    """Move the data date to last Friday, so that what is late shows."""
    actor = stage.actor(KEEPER)
    page = plan_page(actor=actor, plan_id=stage.ids["plan"])
    settings = PlanSettings(
        name=page.head.name,
        start_at=page.start_at,
        data_at=crossing.sheet.friday(0),
        finish_by=page.finish_by,
        zone=page.head.zone,
        calendar_id=page.calendar_id,
        mode=page.head.mode,
        float_limit_minutes=page.float_limit_minutes,
    )
    at = crossing.sheet.friday(0).replace(tzinfo=ZoneInfo(ZONE)) + timedelta(minutes=45)
    edit_plan_settings(actor=actor, plan_id=page.head.id, version=page.head.version, settings=settings, at=at)
