from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from consortio import access
from consortio.access import NotVisible, Permission

from . import actions, forms, reads


@require_http_methods(["GET", "HEAD", "POST"])
def founding(request: HttpRequest) -> HttpResponse:
    """Found a partnership from one's own house."""
    house_id = reads.house_of(actor=request.actor)
    if house_id is None:
        raise NotVisible
    access.require(request.actor, Permission.PARTNERSHIP_FOUND, house_id)
    form = forms.FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joint_id = actions.found_partnership(actor=request.actor, house_id=house_id, at=now(), **form.cleaned_data)
        except actions.NameTaken as refusal:
            form.add_error("name", str(refusal))
        else:
            made = next(row for row in reads.partnerships_of(actor=request.actor) if row.joint_id == joint_id)
            return redirect("partnership", partnership_id=made.id)
    return render(request, "partnerships/founding.html", {"form": form}, status=422 if form.errors else 200)
