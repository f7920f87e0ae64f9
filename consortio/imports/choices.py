"""What a person says in the preview, from the form that they send."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from .forms import ApplyForm
from .reads import Answerer, DraftPage


def choices_of(draft: DraftPage, form: ApplyForm, sent: QueryDict, among: tuple[Answerer, ...]) -> dict[str, Any]:
    """
    Return the choices to be kept with the draft.

    Raises:
        ValueError: a name stands for somebody who is none of those offered.
    """
    values = {one.value for one in among}
    who = {}
    for index, (name, _count) in enumerate(draft.summary.get("names", [])):
        value = sent.get(f"who-{index}", "")
        if value and value not in values:
            raise ValueError(_("Choose for “%(name)s” one of those offered.") % {"name": name})
        who[name] = value
    lines = (draft.summary.get("difference") or {}).get("lines", [])
    keys = {line["key"] for line in lines}
    return {
        "name": form.cleaned_data["name"],
        "zone": form.cleaned_data["zone"],
        "plan_version": form.cleaned_data["plan_version"],
        "who": who,
        "shown": sorted(keys),
        "ticks": sorted(keys & set(sent.getlist("tick"))),
    }


def unread(draft: DraftPage, sent: Mapping[str, Any]) -> list[str]:
    """Return the codes of the graver findings that are not ticked as read."""
    groups = draft.summary.get("findings", [])
    return [group["code"] for group in groups if group["severity"] != "info" and f"seen-{group['code']}" not in sent]
