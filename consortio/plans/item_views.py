"""Working on one item: its form, one cell of it, its links, withdrawing it and bringing it back."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio.access import NotPermitted, NotVisible, Refused, Stale, VersionMissing
from consortio.ui.formats import day_of_week
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, choosing, item_forms, own_side, reads, redating, saving, undoing
from .address import id_of
from .choosing import EditPage
from .entering import amount_words
from .item_forms import DayField, ItemForm, LinkForm, OwnSideForm
from .telling import moved_words, tell, tell_moves, token_in
from .views import time_of, withdrawn_item


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show an item as a form, and save it whole."""
    own = {"actor": request.actor, "item_id": item_id, "even_withdrawn": request.method == "POST"}
    page = choosing.edit_page(**own)
    if not (page.may_edit or page.may_progress):
        raise NotPermitted
    if request.method != "POST":
        return _form(request, page, ItemForm(page, initial=item_forms.as_said(page)))
    form = ItemForm(page, request.POST)
    if page.is_withdrawn:
        return _taken_out(request, page, form)
    if not form.is_valid():
        return _form(request, page, form, status=422)
    if form.cleaned_data["version"] != page.version:
        return _conflict(request, page, form)
    try:
        saved = _save(request, page, form)
    except Stale:
        return _conflict(request, choosing.edit_page(**own), form)
    except Refused as refusal:
        form.add_error(item_forms.field_of(form, getattr(refusal, "field", "")), str(refusal))
        return _form(request, page, form, status=409)
    _tell_saved(request, saved)
    return redirect("item", item_id=item_id)


def _tell_saved(request: HttpRequest, saved: saving.Saved, more: str = "") -> None:
    if saved.moves:
        tell_moves(request, f"{_('Saved.')} {more}".strip(), *saved.moves)
    else:
        tell(request, f"{_('Nothing was changed.')} {more}".strip())


def _save(request: HttpRequest, page: EditPage, form: ItemForm) -> saving.Saved:
    said = form.cleaned_data
    more: dict[str, Any] = {name: said[name] for name in ("parent_id", "person_id") if name in said}
    changed = {name: value for name, value in more.items() if value != page.values[name]}
    return saving.save_item(
        actor=request.actor, item_id=page.id, version=said["version"], values=form.values(), at=now(), **changed
    )


def _form(
    request: HttpRequest, page: EditPage, form: ItemForm, status: int = 200, link: LinkForm | None = None, **more: Any
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    crumbs = [
        Crumb(page.head.name, reverse("plan", args=[page.head.id])),
        Crumb(page.number, reverse("item", args=[page.id])),
        Crumb(_("Change")),
    ]
    context = {
        "page": page,
        "form": form,
        "head": page.head,
        "crumbs": crumbs,
        "link_form": link or LinkForm(page.head.day_minutes),
        "ways": item_forms.link_words(),
        "amount": lambda one: lag_words(one, page.head.day_minutes),
    }
    return render(request, "plans/item_form.html", context | more, status=status)


def lag_words(link: choosing.Waiting, day_minutes: int) -> str:
    if link.lag_kind == "percent":
        return f"{link.lag_minutes / 10:g} %"
    return amount_words(link.lag_minutes, day_minutes) or "0 d"


def _conflict(request: HttpRequest, page: EditPage, form: ItemForm, status: int = 409) -> HttpResponse:
    """Show what stands there now beside what was written, in a form that saves over it."""
    if page.is_withdrawn:
        return _taken_out(request, page, form)
    written = _written(form)
    fresh = ItemForm(page, initial=written | {"version": page.version, "is_manual": bool(written.get("is_manual"))})
    return _form(request, page, fresh, status=status, theirs=_differing(page, form))


def _taken_out(request: HttpRequest, page: EditPage, form: ItemForm) -> HttpResponse:
    """Say who withdrew the item meanwhile, and keep what was written for when it is back."""
    carried = [(name, value) for name, value in _written(form).items() if name != "version"]
    return withdrawn_item(request, page.id, status=409, written=_differing(page, form), carried=carried)


def _written(form: ItemForm) -> dict[str, str]:
    return {name: form.data.get(name, "") for name in form.fields}


def _differing(page: EditPage, form: ItemForm) -> list[tuple[str, str, str]]:
    """Return the label of each field that was written otherwise than it stands, with what stands and what was written."""
    stands = item_forms.as_said(page)
    found = [
        (form.fields[name].label, item_forms.shown(page, name, stands.get(name)), item_forms.shown(page, name, value))
        for name, value in _written(form).items()
        if name != "version"
    ]
    return [(label, there, yours) for label, there, yours in found if there != yours]


@require_POST
def cell(request: HttpRequest, item_id: UUID) -> JsonResponse:
    """
    Save one field from where it is shown; a refusal says why, and what was written stays where it is.

    What has no place for that, as a bar that was dragged, asks for it to be told on the next page.
    """
    page = choosing.edit_page(actor=request.actor, item_id=item_id, even_withdrawn=True)
    if not (page.may_edit or page.may_progress):
        raise NotPermitted
    answer, status = ({"says": _gone_words(request, page)}, 409) if page.is_withdrawn else _cell(request, page)
    if status != 200 and request.POST.get("tell"):
        tell(request, answer["says"])
    return JsonResponse(answer, status=status)


def _cell(request: HttpRequest, page: EditPage) -> tuple[dict[str, Any], int]:
    name, text = request.POST.get("field", ""), request.POST.get("value", "")
    try:
        day = _asked_day(text) if name in redating.NAMES else None
        said = redating.fields_for(actor=request.actor, page=page, name=name, day=day) if day else {name: text}
    except ValidationError as fault:
        return {"says": " ".join(fault.messages)}, 422
    except Refused as refusal:
        return {"says": str(refusal)}, 409
    form = ItemForm(page, _whole(page) | said | {"version": request.POST.get("version", "")})
    if not said.keys() <= form.fields.keys() - {"version"}:
        raise NotPermitted
    if not form.is_valid():
        says = next((form.errors[one] for one in said if one in form.errors), None) or next(iter(form.errors.values()))
        return {"says": " ".join(says)}, 422
    try:
        saved = _save(request, page, form)
    except Stale:
        return _meanwhile(request, page.id, name), 409
    except Refused as refusal:
        return {"says": str(refusal)}, 409
    _tell_saved(request, saved, _where_it_went(request, page, name, day))
    return {"saved": True}, 200


def _asked_day(text: str) -> date | None:
    return DayField(required=True, error_messages={"required": _("Write the day.")}).clean(text)


def _where_it_went(request: HttpRequest, page: EditPage, name: str, day: date | None) -> str:
    if day is None:
        return ""
    today = time_of(page.head.zone).date()
    return redating.where_it_went(actor=request.actor, page=page, name=name, day=day, today=today)


def _meanwhile(request: HttpRequest, item_id: UUID, name: str) -> dict[str, Any]:
    page = choosing.edit_page(actor=request.actor, item_id=item_id, even_withdrawn=True)
    if page.is_withdrawn:
        return {"says": _gone_words(request, page)}
    if name in redating.NAMES:
        there = day_of_week(getattr(redating.dates_of(actor=request.actor, page=page), f"{name}_at"))
    else:
        there = item_forms.shown(page, name, item_forms.as_said(page).get(name))
    says = _("Somebody changed it meanwhile; there stands: %(there)s") % {"there": there or _("nothing")}
    return {"says": says, "version": page.version}


def _gone_words(request: HttpRequest, page: EditPage) -> str:
    by = reads.withdrawn_item(actor=request.actor, item_id=page.id).by
    said = {
        "item": page.values["name"],
        "who": by.person or (by.organisation.name if by.organisation else "") if by else "",
    }
    if not said["who"]:
        return _("“%(item)s” was taken out of the plan meanwhile; nothing was saved.") % said
    if by and by.event == "item.left_out":
        return _("%(who)s applied a file meanwhile that does not hold “%(item)s” any more; nothing was saved.") % said
    return _("%(who)s took “%(item)s” out of the plan meanwhile; nothing was saved.") % said


def _whole(page: EditPage) -> dict[str, Any]:
    """Return the item as its form would send it unchanged."""
    return {
        name: "" if value is None else value for name, value in item_forms.as_said(page).items() if value is not False
    }


@require_POST
def links(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Let the item wait for another one, which is named in words."""
    page = choosing.edit_page(actor=request.actor, item_id=item_id)
    if not page.may_edit:
        raise NotPermitted
    form = LinkForm(page.head.day_minutes, request.POST)
    found: Any = ()
    if form.is_valid():
        wanted = {"plan_id": page.head.id, "text": form.cleaned_data["other"], "circle_id": page.circle_id}
        found = choosing.one_item(actor=request.actor, **wanted)
        if not isinstance(found, tuple):
            return _linked(request, page, form, found)
        form.add_error(
            "other", _("Several items are called so.") if found else _("No item that all here see is called so.")
        )
    blank = ItemForm(page, initial=item_forms.as_said(page))
    return _form(request, page, blank, status=422, link=form, candidates=found)


def _linked(request: HttpRequest, page: EditPage, form: LinkForm, other: Any) -> HttpResponse:
    said = form.cleaned_data
    ends = {"circle_id": page.circle_id, "predecessor_id": other.id, "successor_id": page.id}
    kind = {"type": said["type"] or "FS", "lag_minutes": said["lag"] or 0}
    try:
        moves = actions.link_items(actor=request.actor, at=now(), **ends, **kind)
    except Refused as refusal:
        form.add_error("other", str(refusal))
        blank = ItemForm(page, initial=item_forms.as_said(page))
        return _form(request, page, blank, status=409, link=form)
    tell_moves(request, _("Linked: it waits for %(name)s.") % {"name": other.name}, moves)
    return _at_links(page.id)


def _at_links(item_id: UUID) -> HttpResponse:
    return redirect(reverse("item_edit", args=[item_id]) + "#links")


@require_POST
def link(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Change how two items are linked."""
    there = choosing.link_page(actor=request.actor, link_id=link_id)
    form = LinkForm(there.day_minutes, request.POST.dict() | {"other": "-"})
    if not form.is_valid():
        tell(request, " ".join(text for texts in form.errors.values() for text in texts))
        return _at_links(there.successor_id)
    is_share = there.lag_kind == "percent"  # written by a file; only the way of the link can be changed here
    lag = there.lag_minutes if is_share or form.cleaned_data["lag"] is None else form.cleaned_data["lag"]
    said = {"type": form.cleaned_data["type"] or there.type, "lag_minutes": lag, "lag_kind": there.lag_kind}
    moves = actions.edit_link(actor=request.actor, link_id=link_id, version=_version(request), at=now(), **said)
    tell_moves(request, _("The link was changed."), moves)
    return _at_links(there.successor_id)


@require_POST
def link_withdrawal(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Unlink two items."""
    there = choosing.link_page(actor=request.actor, link_id=link_id)
    moves = actions.withdraw_link(actor=request.actor, link_id=link_id, version=_version(request), at=now())
    tell_moves(request, _("Unlinked."), moves)
    return _at_links(there.successor_id)


@require_POST
def withdrawal(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Take an item out of the plan, with what lies below it."""
    page = choosing.edit_page(actor=request.actor, item_id=item_id)
    moves = actions.withdraw_item(actor=request.actor, item_id=item_id, version=_version(request), at=now())
    tell_moves(request, _("Withdrawn: %(name)s.") % {"name": page.values["name"]}, moves)
    return redirect("plan", plan_id=page.head.id)


@require_POST
def restoration(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Bring a withdrawn item back, with what went with it; who wrote meanwhile goes on writing."""
    goes_on = bool(request.POST.get("goes_on"))
    try:
        moves = actions.restore_item(actor=request.actor, item_id=item_id, version=_version(request), at=now())
    except (Stale, Refused):
        if not goes_on:
            raise
    else:
        tell_moves(request, _("It is back in the plan."), moves)
    return _go_on(request, item_id) if goes_on else redirect("item", item_id=item_id)


def _go_on(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show what was written as it was taken out: in the form, or that it is still not there."""
    page = choosing.edit_page(actor=request.actor, item_id=item_id, even_withdrawn=True)
    return _conflict(request, page, ItemForm(page, request.POST), status=200)


@require_POST
def nomination(request: HttpRequest, nomination_id: UUID) -> HttpResponse:
    """Answer for an item, decline, or take one's question back."""
    own = {"actor": request.actor, "nomination_id": nomination_id, "version": _version(request), "at": now()}
    answer = request.POST.get("answer", "")
    if answer == "back":
        actions.withdraw_nomination(**own)
        tell(request, _("Taken back."))
    else:
        _answer(request, own, accepts=answer == "yes")
    item_id = id_of(request.POST.get("item", ""))
    back = reverse("item", args=[item_id]) if item_id else reverse("home")
    return redirect(own_address(request.POST.get("back", ""), back))


def _answer(request: HttpRequest, own: dict[str, Any], *, accepts: bool) -> None:
    reason = request.POST.get("reason", "").strip()
    try:
        moves = actions.answer_nomination(**own, accept=accepts, reason=reason)
    except Refused as refusal:
        tell(request, refusal.on_page)
    else:
        tell_moves(request, _("You answer for it now.") if accepts else _("You declined."), moves)


@require_http_methods(["GET", "HEAD", "POST"])
def own_side_page(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Show and keep our house's own words and estimate of a joint item."""
    page = choosing.edit_page(actor=request.actor, item_id=item_id)
    there = own_side.own_side(actor=request.actor, item_id=item_id)
    if there is None:
        raise NotVisible
    minutes = page.head.day_minutes
    if request.method != "POST":
        said = item_forms.side_as_said(there, minutes)
        return _own_side(request, page, there, OwnSideForm(minutes, initial=said))
    if not there.can_write:
        raise NotPermitted
    form = OwnSideForm(minutes, request.POST)
    if not form.is_valid():
        return _own_side(request, page, there, form, status=422)
    try:
        actions.write_own_side(actor=request.actor, item_id=item_id, at=now(), **form.values())
    except (Stale, VersionMissing):
        there = own_side.own_side(actor=request.actor, item_id=item_id)
        return _own_side(request, page, there, form.over(there), status=409)
    except Refused as refusal:
        form.add_error(item_forms.field_of(form, getattr(refusal, "field", "").removesuffix("_minutes")), str(refusal))
        return _own_side(request, page, there, form, status=409)
    tell(request, _("Kept in your house."))
    return redirect(own_address(request.POST.get("back", ""), reverse("item", args=[item_id]) + "#own-side"))


def _own_side(
    request: HttpRequest, page: EditPage, there: own_side.Side | None, form: OwnSideForm, status: int = 200
) -> HttpResponse:
    stand_in(request, page.head.partnership_id)
    crumbs = [
        Crumb(page.head.name, reverse("plan", args=[page.head.id])),
        Crumb(page.number, reverse("item", args=[page.id])),
        Crumb(_("Our own side")),
    ]
    own = next((member for member in page.head.members if member.is_you), None)
    context = {"page": page, "head": page.head, "ours": there, "own": own, "form": form, "crumbs": crumbs}
    context |= {"amount_words": amount_words, "back": request.POST.get("back") or _list_beside(request)}
    return render(request, "plans/own_side.html", context, status=status)


def _list_beside(request: HttpRequest) -> str:
    """Return the address of the list beside which an item is shown, with the item in it; "" where none is."""
    asked_from = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{asked_from.path}?{asked_from.query}" if "peek" in parse_qs(asked_from.query) else ""


@require_safe
def find(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Offer the items that hold what was typed so far."""
    text = request.GET.get("other", request.GET.get("text", ""))[:100]
    circle_id = id_of(request.GET.get("circle", ""))
    found = choosing.find_items(actor=request.actor, plan_id=plan_id, text=text, circle_id=circle_id)
    return render(request, "plans/found.html", {"found": found})


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take one's last step back, by the token that came with what was said of it; a refusal is said on the same page."""
    try:
        moves = undoing.undo(actor=request.actor, token=token_in(request), at=now())
    except Stale:
        tell(request, _("Somebody has changed it since, so nothing was taken back: it stays as it is now."))
    except Refused as refusal:
        tell(request, _("Nothing was taken back. %(why)s") % {"why": refusal})
    else:
        moved = "" if moves is undoing.NOTHING else " " + moved_words(moves)
        tell(request, _("It is as it was before.") + moved)
    return redirect(own_address(request.POST.get("back", ""), reverse("home")))


def _version(request: HttpRequest) -> int:
    """Return the version that the page showed; what is no number is older than any row."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
