"""What is proposed to the members of a partnership, and answering it. Looking decides nothing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortio import access
from consortio.access import NotVisible, Permission, Stale
from consortio.partnerships.crumbs import crumb_of
from consortio.ui.shell import Crumb, stand_in
from consortio.ui.ways import own_address

from . import actions, by_mail, forms, reads, rule_words, words
from .models import State
from .registry import subject_of
from .wording import parts


@require_safe
def proposals(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show what waits for answers, and below it what has come to an end, the newest first."""
    asked = {"actor": request.actor, "partnership_id": partnership_id, "at": now()}
    before = _number(request.GET.get("before", ""))
    closed = reads.proposals_of(**asked, state="closed", before=before)
    stand_in(request, partnership_id)
    here = reads.agreeing_partnership(actor=request.actor, partnership_id=partnership_id)
    context = {
        "here": here,
        "open": reads.proposals_of(**asked, state="open").rows if before is None else (),
        "closed": closed,
        "is_first": before is None,
        "begin": words.ways_to_propose(partnership_id) if reads.may_propose_any(actor=request.actor, here=here) else (),
        "crumbs": [crumb_of(here), Crumb(_("Proposals"))],
    }
    return render(request, "approvals/proposals.html", context | _common())


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _common() -> dict[str, Any]:
    return {"words": words, "rules": rule_words, "parts": parts, "today": now().date()}


@require_safe
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Show what would change, what each member said, and the form to answer."""
    return _proposal(request, proposal_id)


def _proposal(
    request: HttpRequest, proposal_id: UUID, form: forms.AnswerForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    page = reads.proposal_page(actor=request.actor, proposal_id=proposal_id, at=now())
    stand_in(request, page.partnership.id)
    listed = reverse("proposals", args=[page.partnership.id])
    context = {
        "page": page,
        "row": page.row,
        "form": form or forms.AnswerForm(initial={"version": page.row.version}),
        "refused": refused,
        "crumbs": [crumb_of(page.partnership), Crumb(_("Proposals"), listed), Crumb(page.row.number)],
    }
    return render(request, "approvals/proposal.html", context | _common(), status=status)


@require_POST
def answer(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Say yes or object, for the organisation acted for."""
    page = reads.proposal_page(actor=request.actor, proposal_id=proposal_id, at=now())
    access.require(request.actor, Permission.PROPOSAL_ANSWER, page.row.circle_id)
    form = forms.AnswerForm(request.POST)
    if page.row.state != State.OPEN:
        return _proposal(request, proposal_id, form, _closed_meanwhile(), status=409)
    if not form.is_valid():
        return _proposal(request, proposal_id, form, status=422)
    try:
        state = actions.answer_proposal(actor=request.actor, proposal_id=proposal_id, at=now(), **form.cleaned_data)
    except (Stale, actions.Closed):
        return _proposal(request, proposal_id, form, _closed_meanwhile(), status=409)
    except actions.NotAMember as refusal:
        return _proposal(request, proposal_id, form, str(refusal), status=409)
    if state == State.OUTDATED:
        return _proposal(request, proposal_id, form, words.outdated_words(), status=409)
    if "back" in request.POST:
        messages.success(request, words.given_words(form.cleaned_data["verdict"], page.row.number))
    return redirect(own_address(request.POST.get("back", ""), reverse("proposal", args=[proposal_id])))


@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_mail(request: HttpRequest, answer_token: str) -> HttpResponse:
    """Show a proposal to the reader of a mail, who need not be signed in, and take their answer. Looking decides nothing."""
    meant = by_mail.ANSWER.asked(request.actor, answer_token)
    page = reads.proposal_page(actor=request.actor, proposal_id=meant.subject_id, at=now())
    is_spent = by_mail.is_spent(meant, page.row)
    form = forms.AnswerForm(request.POST or None, initial={"version": page.row.version})
    if request.method != "POST":
        return _by_mail(request, page, form, is_spent=is_spent)
    access.require(request.actor, Permission.PROPOSAL_ANSWER, page.row.circle_id)
    if is_spent or not form.is_valid():
        return _by_mail(request, page, form, is_spent=is_spent, status=409 if is_spent else 422)
    try:
        actions.answer_proposal(actor=request.actor, proposal_id=meant.subject_id, at=now(), **form.cleaned_data)
    except (Stale, actions.Closed):
        return _by_mail(request, page, form, refused=_closed_meanwhile(), status=409)
    except actions.NotAMember as refusal:
        return _by_mail(request, page, form, refused=str(refusal), status=409)
    return redirect("answer_by_mail", answer_token=answer_token)


def _by_mail(
    request: HttpRequest,
    page: reads.ProposalPage,
    form: forms.AnswerForm,
    is_spent: bool = False,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"page": page, "row": page.row, "form": form, "is_spent": is_spent, "refused": refused}
    return render(request, "approvals/by_mail.html", context | _common(), status=status)


def _closed_meanwhile() -> str:
    return _("This proposal was closed while you wrote, so your answer was not kept.")


@require_POST
def withdrawal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take back what one's own organisation proposed."""
    page = reads.proposal_page(actor=request.actor, proposal_id=proposal_id, at=now())
    access.require(request.actor, subject_of(page.row.kind).may_propose, page.row.circle_id)
    form = forms.WithdrawForm(request.POST)
    if not form.is_valid():
        return _proposal(request, proposal_id, refused=_("Say which version of the proposal you saw."), status=422)
    try:
        actions.withdraw_proposal(actor=request.actor, proposal_id=proposal_id, at=now(), **form.cleaned_data)
    except (Stale, actions.Closed):
        refused = _("This proposal was closed meanwhile, so there is nothing to withdraw.")
        return _proposal(request, proposal_id, refused=refused, status=409)
    return redirect("proposal", proposal_id=proposal_id)


@require_safe
def decision_rules(request: HttpRequest, partnership_id: UUID) -> HttpResponse:
    """Show by which rule each kind of proposal is decided."""
    page = reads.rules_page(actor=request.actor, partnership_id=partnership_id, at=now())
    stand_in(request, partnership_id)
    listed = reverse("proposals", args=[partnership_id])
    crumbs = [crumb_of(page.partnership), Crumb(_("Proposals"), listed), Crumb(_("How we decide"))]
    return render(request, "approvals/rules.html", {"page": page, "crumbs": crumbs} | _common())


@require_http_methods(["GET", "HEAD", "POST"])
def decision_rule(request: HttpRequest, partnership_id: UUID, kind: str) -> HttpResponse:
    """Propose another rule for one kind of proposal."""
    page = reads.rules_page(actor=request.actor, partnership_id=partnership_id, at=now())
    access.require(request.actor, Permission.PLAN_EDIT, page.partnership.joint_id)
    row = page.of(kind)
    if row is None:
        raise NotVisible
    form = forms.RuleForm(page.names, request.POST or None, initial=forms.start_of(row.terms, page.version, page.names))
    if request.method != "POST":
        return _rule(request, page, row, form)
    if not form.is_valid():
        return _rule(request, page, row, form, status=422)
    said = {name: form.cleaned_data[name] for name in ("version", "days", "reason")}
    own = {"joint_id": page.partnership.joint_id, "kind": kind, "terms": form.terms()}
    try:
        made = actions.propose_rule(actor=request.actor, at=now(), **own, **said)
    except actions.OtherRules:
        form.add_error(None, _("Another rule was agreed on while you wrote; what holds now stands above."))
        form.data = {**form.data.dict(), "version": page.version}
        return _rule(request, page, row, form, status=409)
    except access.Refused as refusal:
        form.add_error(None, refusal.on_page)
        return _rule(request, page, row, form, status=422)
    return redirect("proposal", proposal_id=made)


def _rule(
    request: HttpRequest, page: reads.RulesPage, row: reads.RuleRow, form: forms.RuleForm, status: int = 200
) -> HttpResponse:
    stand_in(request, page.partnership.id)
    listed, way = (reverse(name, args=[page.partnership.id]) for name in ("proposals", "decision_rules"))
    crumbs = [crumb_of(page.partnership), Crumb(_("Proposals"), listed), Crumb(_("How we decide"), way)]
    context = {"page": page, "row": row, "form": form, "crumbs": [*crumbs, Crumb(row.words)]}
    return render(request, "approvals/rule.html", context | _common(), status=status)
