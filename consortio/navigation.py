"""What stands round every page: where one is, where one can go, whom one acts for. Only what exists is shown."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from consortio.access import Actor, Permission
from consortio.accounts import reads as accounts
from consortio.overview.wanted import Wanted, wanted_of
from consortio.partnerships.reads import PartnershipRow, may_found, partnerships_of
from consortio.record.feed import cursor_in
from consortio.ui.formats import instant
from consortio.ui.marks import Face, Mark, look
from consortio.ui.shell import Hat, Place, PlaceGroup, Shell

OF_MEMBERS = {"invitation_link", "invitation_resending", "invitation_withdrawal", "leaving", "staying"}
OF_MEASURES = {  # reached from the goals
    "kpis", "kpi_new", "check_in", "readings_new", "kpi", "kpi_change", "kpi_history", "kpi_readings", "reading",
    "reading_stance", "reading_settlement", "results",
}  # fmt: skip
LIVE = {  # refresh by themselves
    "partnership", "plan", "plan_table", "plan_milestones", "item", "remarks", "activity", "commitments",
}  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    if actor is None or actor.person_id is None:
        return {"shell": Shell()}
    mine = partnerships_of(actor=actor)
    here = next((row for row in mine if row.id == getattr(request, "partnership_id", None)), None)
    asked = wanted_of(person_id=actor.person_id, at=now())
    who, wanted = asked.hats, asked.of(actor.organisation_id)
    hats = [Hat(_mark(hat, mine, here), str(hat.id), hat.id == actor.organisation_id) for hat in who.organisations]
    made = Shell(
        home=reverse("home"),
        places=[Place(_("Home"), reverse("home"), "home", keys="g h", count=wanted.total)],
        partnership=_places(here, wanted) if here else None,
        partnership_url=reverse("partnership", args=[here.id]) if here else "",
        person=_face(who.name, hats),
        hats=hats if len(hats) > 1 or not any(hat.current for hat in hats) else [],
        hat_url=reverse("acting_for"),
        begins=_begins(actor, here),
        palette=[_palette(mine, here)] if mine else [],
        find_url=reverse("find"),
        notice=_notice(here),
        owner=f"{actor.person_id} {actor.organisation_id}",
        settings_url=reverse("account"),
        sign_out_url=reverse("account_logout"),
    )
    return {"shell": made.at(_place(request, here)), "live": _live(request, actor, here)}


def _notice(here: PartnershipRow | None) -> str:
    own = here.own if here else None
    if own is None or own.suspended_at is None or own.has_left:
        return ""
    said = _(
        "%(name)s is suspended since %(when)s: its people see and do what they did, and it proposes and answers nothing"
        " until the others reinstate it."
    )
    return said % {"name": own.name, "when": instant(own.suspended_at, localdate())}


def _live(request: HttpRequest, actor: Actor, here: PartnershipRow | None) -> str:
    """Return from where a page that shows what others change goes on watching its partnership; "" for other pages."""
    match = request.resolver_match
    if here is None or request.method != "GET" or match is None or match.url_name not in LIVE:
        return ""
    return cursor_in(actor=actor, partnership_id=here.id)


def _place(request: HttpRequest, here: PartnershipRow | None) -> str:
    """Return the address whose place is marked: a plan or an item lies among the plans of its partnership."""
    if here is None:
        return request.path
    if request.path.startswith("/proposals/"):
        return reverse("proposals", args=[here.id])
    if request.path.startswith("/commitments/"):
        return reverse("commitments", args=[here.id])
    if request.path.startswith("/decisions/"):
        return reverse("decisions", args=[here.id])
    name = request.resolver_match.url_name if request.resolver_match else ""
    if request.path.startswith("/goals/") or name in OF_MEASURES:
        return reverse("goals", args=[here.id])
    if name == "activity":  # of whichever circle
        return reverse("activity", args=[here.joint_id])
    if name in OF_MEMBERS:
        return reverse("members", args=[here.id])
    own = reverse("partnership", args=[here.id])
    return request.path if request.path.startswith(own) else own


def _places(row: PartnershipRow, wanted: Wanted) -> PlaceGroup:
    own, asked, unread = [row.id], wanted.proposals.get(row.id, 0), wanted.decisions.get(row.id, 0)
    places = [
        Place(_("Overview"), reverse("partnership", args=own), "overview", keys="g p"),
        Place(_("Goals"), reverse("goals", args=own), "goal", keys="g g"),
        Place(_("Decisions"), reverse("decisions", args=own), "decision", keys="g d", count=unread),
        *([] if row.is_house else _promises(row, wanted.promises.get(row.id, 0))),
        *([] if row.is_house else _agreement(row, asked)),
        Place(_("Members"), reverse("members", args=own), "people", keys="g m"),
        Place(_("Circles"), reverse("circles", args=own), "house", keys="g c"),
        Place(_("Activity"), reverse("activity", args=[row.joint_id]), "record", keys="g a"),
    ]
    return PlaceGroup(row.name, places)


def _promises(row: PartnershipRow, asked: int) -> list[Place]:
    return [Place(_("Promises"), reverse("commitments", args=[row.id]), "promise", keys="g w", count=asked)]


def _agreement(row: PartnershipRow, asked: int) -> list[Place]:
    return [
        Place(_("Proposals"), reverse("proposals", args=[row.id]), "inbox", keys="g o", count=asked),
        Place(_("Charter"), reverse("charter", args=[row.id]), "file", keys="g r"),
    ]


def _begins(actor: Actor, here: PartnershipRow | None) -> list[Place]:
    """Return what the actor may begin from any page: what the pages that it leads to offer them."""
    found = _foundings() if may_found(actor=actor) else []
    if here and Permission.PARTNERSHIP_INVITE in actor.permissions.get(here.joint_id, ()):
        found.append(
            Place(_("Invite to %(name)s") % {"name": here.name}, reverse("members", args=[here.id]), "send", "n m")
        )
    return found


def _foundings() -> list[Place]:
    return [
        Place(_("Found a partnership"), reverse("founding"), "plus", "n p"),
        Place(_("Found a partnership from an IATI file"), reverse("results_import_new"), "upload"),
    ]


def _palette(mine: tuple[PartnershipRow, ...], here: PartnershipRow | None) -> PlaceGroup:
    others = [row for row in mine if here is None or row.id != here.id]
    places = [Place(row.name, reverse("partnership", args=[row.id]), "overview", where=_where(row)) for row in others]
    return PlaceGroup(_("Partnerships"), places, "partnerships")


def _where(row: PartnershipRow) -> str:
    return _("your own house") if row.is_house else ", ".join(member.name for member in row.members)


def _mark(hat: accounts.Hat, mine: tuple[PartnershipRow, ...], here: PartnershipRow | None) -> Mark:
    """Return the mark that an organisation has here, or where it takes part with the one acted for."""
    near = [*([here] if here else []), *(row for row in mine if not row.is_house)]
    known = next((row.member_ids[hat.id].mark for row in near if hat.id in row.member_ids), None)
    return known or Mark(hat.name, hat.name[:2].upper(), *look(0))


def _face(name: str, hats: list[Hat]) -> Face:
    """Return the reader under the hat they wear, if any."""
    acts_for = next((hat.mark.name for hat in hats if hat.current), "")
    return Face(name, acts_for=acts_for)
