"""What organisations promise each other: the list with how far promises hold, one promise, and its steps."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import Invalid, NotPermitted, Permission, Refused, Stale
from consortio.attachments.forms import EvidenceForm
from consortio.attachments.reads import evidence_on
from consortio.attachments.taking import keep_beside, taken_by_itself
from consortio.partnerships.crumbs import crumb_of
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, address, choosing, forms, reads, words
from .rules import FEWEST_TO_JUDGE, Side
from .stepping import groups_of

FIELDS = {  # of the action, as the form calls them
    "promiser_id": "partner",
    "receiver_id": "partner",
    "item_id": "about_item",
    "goal_id": "goal",
    "decision_id": "decision",
}


@require_safe
def commitments(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show who promised what to whom, and how far promises hold."""
    look = address.look_of(request.GET, request.actor.organisation_id)
    before = address.before_of(request.GET)
    asked = {"actor": request.actor, "partnership_id": partnership_id, "at": now()}
    page = reads.commitments_page(**asked, look=_own_way(look, request), before=before)
    stand_in(request, partnership_id)
    context = {
        "page": page,
        "asked": look,
        "query": lambda **changes: address.query_of(look, **changes),
        "hidden": [pair for pair in address.said(look) if pair[0] in ("way", "figure", "promiser", "receiver")],
        "figure_words": words.figure_words(look.figure) if look.figure else "",
        "figure_of": _whose(look, page),
        "members": [(str(member.organisation_id), member.name) for member in page.partnership.members],
        "circles": [(str(row.id), row.audience.words) for row in page.circles],
        **_neighbours(look, page),
        "fewest": FEWEST_TO_JUDGE,
        "states": [(state, words.filter_words(state)) for state in address.STATES],
        "crumbs": [crumb_of(page.partnership), Crumb(_("Promises"))],
    }
    return render(request, "commitments/commitments.html", context | _common())


def _own_way(look: reads.Look, request: HttpRequest) -> reads.Look:
    """Return the look with what "given" and "received" mean for the reader."""
    own = request.actor.organisation_id
    if look.way == "given":
        return replace(look, promiser_id=look.promiser_id or own)
    if look.way == "received":
        return replace(look, receiver_id=look.receiver_id or own)
    return replace(look, besides_id=own) if look.way == "between" else look


def _whose(look: reads.Look, page: reads.CommitmentsPage) -> str:
    """Say whose promises a figure was counted from, to follow what they are."""
    members = page.partnership.member_ids
    if look.promiser_id and look.promiser_id in members:
        return _(", by %(name)s") % {"name": members[look.promiser_id].name}
    if look.receiver_id and look.receiver_id in members:
        return _(", to %(name)s") % {"name": members[look.receiver_id].name}
    return ""


def _neighbours(look: reads.Look, page: reads.CommitmentsPage) -> dict[str, str]:
    """Return the addresses of the pages before and after this one."""
    query, shown = address.query_of(look), page.before + len(page.rows)
    join = "" if query == "?" else "&"
    return {
        "earlier": f"{query}{join}from={max(0, page.before - reads.PAGE)}" if page.before else "",
        "later": f"{query}{join}from={shown}" if page.rows and shown < page.total else "",
    }


def _common() -> dict[str, Any]:
    return {"words": words, "today": localdate()}


@require_safe
def commitment(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Show one promise, its story, and what the reader may do."""
    return _commitment(request, commitment_id)


def _commitment(
    request: HttpRequest,
    commitment_id: UUID,
    form: forms.StepForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now())
    stand_in(request, page.partnership.id)
    listed = reverse("commitments", args=[page.partnership.id])
    row = page.row
    names = {"promiser": row.promiser.name, "receiver": row.receiver.name}
    turn = None if row.waits_for is None else _side(row)
    context = {
        "page": page,
        "row": row,
        "groups": groups_of(page.may, form),
        "refused": refused,
        "files": evidence_on(actor=request.actor, subject_ids=[row.id]).get(row.id, ()),
        "evidence_form": EvidenceForm(auto_id="evidence-%s") if _may_add(request, page) else None,
        "next": words.next_words(row.state, turn, row.asked_due_on is not None, names),
        "beside": page.beside,
        "crumbs": [crumb_of(page.partnership), Crumb(_("Promises"), listed), Crumb(row.number)],
    }
    return render(request, "commitments/commitment.html", context | _common(), status=status)


def _side(row: reads.CommitmentRow) -> Side:
    return Side.PROMISER if row.waits_for == row.promiser else Side.RECEIVER


@require_POST
def steps(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Accept, deliver, confirm, dispute, move ...: one step for the organisation acted for."""
    page = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now())
    if not page.row.is_ours or not _may_write(request, page):
        raise NotPermitted(Permission.PLAN_EDIT)
    form = forms.StepWithFileForm(request.POST, request.FILES)
    if request.FILES:
        access.require(request.actor, Permission.FILE_ADD, page.row.circle_id)
    if not form.is_valid():
        return _commitment(request, commitment_id, form, status=422)
    said = dict(form.cleaned_data)
    file = said.pop("evidence")
    try:
        actions.take_step(actor=request.actor, commitment_id=commitment_id, at=now(), **said)
    except Stale:
        return _commitment(request, commitment_id, form, _overtaken(), status=409)
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _commitment(request, commitment_id, form, status=422)
    except Refused as refusal:
        return _commitment(request, commitment_id, form, str(refusal), status=409)
    messages.success(request, words.done_words(said["step"]))
    if file:
        keep_beside(request, page.row.circle_id, commitment_id, file)
    return redirect(own_address(request.POST.get("back", ""), reverse("commitment", args=[commitment_id])))


@require_POST
def evidence(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Add a file to a promise between one's own organisation and another, as evidence that it is kept or is not."""
    page = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now())
    if not _may_add(request, page):
        raise NotPermitted(Permission.FILE_ADD)
    back = reverse("commitment", args=[commitment_id]) + "#evidence"
    return taken_by_itself(request, page.row.circle_id, commitment_id, back)


def _may_add(request: HttpRequest, page: reads.CommitmentPage) -> bool:
    granted = request.actor.permissions.get(page.row.circle_id, ())
    return page.row.is_ours and Permission.FILE_ADD in granted


def _may_write(request: HttpRequest, page: reads.CommitmentPage) -> bool:
    granted = request.actor.permissions.get(page.row.circle_id, ())
    person = page.row.promiser_person
    is_named = page.row.promiser.is_you and person is not None and person.id == request.actor.person_id
    return Permission.PLAN_EDIT in granted or (is_named and Permission.PROGRESS_UPDATE in granted)


def _overtaken() -> str:
    return _(
        "Somebody took a step while you wrote; it stands below. Nothing of yours is lost: look, and send it again."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Promise something to another organisation, or ask it to promise something."""
    found = choosing.choices(actor=request.actor, partnership_id=partnership_id)
    if request.method != "POST":
        return _new(request, found, forms.PromiseForm(found, initial=_start(request, found)))
    form = forms.PromiseForm(found, request.POST)
    if not form.is_valid() or (terms := _terms(request, found, form)) is None:
        return _new(request, found, form, status=422)
    sides = (found.own.organisation_id, form.cleaned_data["partner"])
    promiser_id, receiver_id = sides if form.cleaned_data["way"] == forms.GIVE else sides[::-1]
    both = {"promiser_id": promiser_id, "receiver_id": receiver_id, "circle_id": form.cleaned_data["circle"]}
    try:
        made = actions.offer_commitment(actor=request.actor, terms=terms, at=now(), **both)
    except Refused as refusal:
        return _new(request, found, _refused(form, refusal), status=_status(refusal))
    messages.success(request, _("It waits for the other side’s yes."))
    return redirect("commitment", commitment_id=made)


def _start(request: HttpRequest, found: choosing.Choices) -> dict[str, Any]:
    start: dict[str, Any] = {"way": forms.ASK if request.GET.get("way") == forms.ASK else forms.GIVE}
    if item_id := address.id_in(request.GET.get("item", "")):
        start["about_item"] = choosing.item_named(actor=request.actor, item_id=item_id)
    return start | {"circle": str(found.circles[-1].id) if len(found.circles) == 1 else ""}


def _terms(
    request: HttpRequest, found: choosing.Choices, form: forms.PromiseForm, page: reads.CommitmentPage | None = None
) -> Any:
    """Return what the form says, or None where its item is none or several; the form says so then."""
    said = ({"goal": page.goal_id, "decision": page.decision_id} if page else {}) | form.cleaned_data
    items = _items(request, found, form)
    if items is None:
        return None
    gives = page.row.promiser.is_you if page else said["way"] == forms.GIVE
    people = (said["our_person"], said["their_person"])
    promiser, receiver = people if gives else people[::-1]
    return actions.Terms(
        name=said["name"],
        done_when=said["done_when"],
        due_on=said["due_on"],
        promiser_person_id=promiser,
        receiver_person_id=receiver,
        size=said["size"],
        item_id=items[0][0] if items else None,
        goal_id=said.get("goal") or None,
        decision_id=said.get("decision") or None,
    )


def _items(request: HttpRequest, found: choosing.Choices, form: forms.PromiseForm) -> Any:
    text = form.cleaned_data["about_item"]
    if not text:
        return ()
    items = choosing.items_meant(actor=request.actor, partnership_id=found.partnership.id, text=text)
    if len(items) == 1:
        return items
    several = ", ".join(number for _, number, _name in items)
    form.add_error(
        "about_item",
        _("Several items are called so: %(numbers)s. Write a number.") % {"numbers": several}
        if items
        else _("No item of this partnership that you see is called so."),
    )
    return None


def _refused(form: forms.PromiseForm, refusal: Refused) -> forms.PromiseForm:
    named = getattr(refusal, "field", "")
    field = FIELDS.get(named, named)
    if field.endswith("_person_id"):
        gives = form.cleaned_data.get("way", forms.GIVE) == forms.GIVE
        field = "our_person" if (field == "promiser_person_id") == gives else "their_person"
    form.add_error(field if field in form.fields else None, str(refusal))
    return form


def _status(refusal: Refused) -> int:
    return 422 if isinstance(refusal, Invalid) else 409


def _new(request: HttpRequest, found: choosing.Choices, form: forms.PromiseForm, status: int = 200) -> HttpResponse:
    stand_in(request, found.partnership.id)
    listed = reverse("commitments", args=[found.partnership.id])
    crumbs = [crumb_of(found.partnership), Crumb(_("Promises"), listed), Crumb(_("New promise"))]
    context = {"offered": found, "form": form, "crumbs": crumbs, "row": None, "is_stale": False}
    return render(request, "commitments/form.html", context | _common(), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, commitment_id: UUID) -> HttpResponse:
    """Write an offer anew that nobody has accepted."""
    page = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now())
    if not page.may_edit:
        raise NotPermitted(Permission.PLAN_EDIT)
    found = choosing.choices(actor=request.actor, partnership_id=page.partnership.id)
    if request.method != "POST":
        return _edit(request, page, found, _form(request, page, found))
    form = forms.PromiseForm(found, request.POST, without=_unchanged(page, found), is_new=False)
    if not form.is_valid() or (terms := _terms(request, found, form, page)) is None:
        return _edit(request, page, found, form, status=422)
    own = {"commitment_id": commitment_id, "version": form.cleaned_data["version"] or 0, "terms": terms}
    try:
        actions.edit_commitment(actor=request.actor, at=now(), **own)
    except Stale:
        page = reads.commitment_page(actor=request.actor, commitment_id=commitment_id, at=now())
        again = _form(request, page, found, form.cleaned_data | {"version": page.row.version})
        return _edit(request, page, found, again, is_stale=True, status=409)
    except Refused as refusal:
        return _edit(request, page, found, _refused(form, refusal), status=_status(refusal))
    return redirect("commitment", commitment_id=commitment_id)


def _form(
    request: HttpRequest, page: reads.CommitmentPage, found: choosing.Choices, said: dict[str, Any] | None = None
) -> forms.PromiseForm:
    """Return the form as the offer reads, or as somebody has written it meanwhile."""
    row = page.row
    people = [person.id if person else None for person in (row.promiser_person, row.receiver_person)]
    ours, theirs = people if row.promiser.is_you else people[::-1]
    start = {
        "version": row.version,
        "name": row.name,
        "done_when": row.done_when,
        "due_on": row.due_on,
        "our_person": ours,
        "their_person": theirs,
        "size": row.size,
        "about_item": choosing.item_named(actor=request.actor, item_id=page.item_id) if page.item_id else "",
        "goal": page.goal_id,
        "decision": page.decision_id,
    }
    return forms.PromiseForm(found, initial=start | (said or {}), without=_unchanged(page, found), is_new=False)


def _unchanged(page: reads.CommitmentPage, found: choosing.Choices) -> list[str]:
    """Return what the form cannot offer as it is, so that it stays."""
    goals, decisions = ({pk for pk, _words in own} for own in (found.goals, found.decisions))
    own = {"goal": (page.goal_id, goals), "decision": (page.decision_id, decisions)}
    return [name for name, (pk, known) in own.items() if pk and pk not in known]


def _edit(
    request: HttpRequest,
    page: reads.CommitmentPage,
    found: choosing.Choices,
    form: forms.PromiseForm,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    listed, way = (
        reverse("commitments", args=[page.partnership.id]),
        reverse("commitment", args=[page.row.id]),
    )
    crumbs = [crumb_of(page.partnership), Crumb(_("Promises"), listed), Crumb(page.row.number, way), Crumb(_("Change"))]
    context = {"offered": found, "form": form, "crumbs": crumbs, "row": page.row, "is_stale": is_stale}
    return render(request, "commitments/form.html", context | _common(), status=status)
