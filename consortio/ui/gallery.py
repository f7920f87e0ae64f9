"""Each component in each of its states, on one page. Whatever a page needs and cannot find here is added here first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from . import gallery_charts
from .assets import symbols
from .marks import HUES, SHAPES, Audience, Face, Mark, look
from .shell import Crumb, Hat, Place, PlaceGroup, Shell

TODAY = date(2026, 11, 12)  # the page is the same every day, so that pictures of it can be compared
NAMES = (
    ("Marrowfen Water", "MW"), ("Quillstone Systems", "QS"), ("Tarn & Loom", "TL"), ("Stillwater Housing Trust", "SH"),
    ("Osier Energy Cooperative", "OE"), ("Lowland Rivers Agency", "LR"), ("Brack Valley Council", "BV"),
    ("Foldgate Insurance", "FG"), ("Alder Networks", "AN"), ("Cress & Sons", "CS"), ("Dunlin Survey", "DS"),
    ("Eelpie Harbour", "EH"),
)  # fmt: skip


@dataclass(frozen=True)
class Clash:
    name: str
    label: str
    before: str
    theirs: str
    mine: str


class Sample(forms.Form):
    """A form that shows every kind of field."""

    name = forms.CharField(label=_lazy("Name"), help_text=_lazy("as your partners know it"))
    target = forms.DecimalField(label=_lazy("Target"), localize=True)
    due_on = forms.DateField(label=_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    lead = forms.ChoiceField(label=_lazy("Lead"), choices=[("mw", "Marrowfen Water"), ("qs", "Quillstone Systems")])
    text = forms.CharField(label=_lazy("What is done when it is done"), required=False, widget=forms.Textarea)
    remind = forms.BooleanField(
        label=_lazy("Remind me a week before"), required=False, help_text=_lazy("by mail, once")
    )
    rule = forms.ChoiceField(
        label=_lazy("Rule"),
        widget=forms.RadioSelect,
        choices=[("all", _lazy("Each organisation agrees")), ("most", _lazy("Most agree"))],
    )
    file = forms.FileField(
        label=_lazy("A plan"), help_text=_lazy("MS Project XML, Primavera XER, CSV or XLSX; up to 80 MB")
    )


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery.html", {**_context(), "sample_shell": _shell(request.path)})


def _marks() -> list[Mark]:
    """Return twelve organisations in the order in which they joined."""
    return [Mark(name, letters, *look(nth), you=nth == 0) for nth, (name, letters) in enumerate(NAMES)]


def _context() -> dict[str, Any]:
    marks = _marks()
    three, eight = marks[:3], sorted(marks[:8], key=lambda mark: mark.name)
    five = ("agreed", "waiting", "agreed", "objects", "agreed", "abstains", "agreed", "agreed")
    return {
        "address": lambda order: f"?sort={order}#tables",
        "charts": gallery_charts.samples(marks),
        "circles": _circles(),
        "clashes": [Clash("name", _("Name"), "Antennas", "Antennas, Sallow", "Antennas in Sallow")],
        "crumbs": [Crumb("Fenline", "#main"), Crumb(_("Plan"), "#plan"), Crumb(_("Gallery"))],
        "eight": list(zip(eight, five, strict=True)),
        "forms": [Sample(auto_id="plain-%s"), Sample({"target": "33,0x"}, auto_id="refused-%s")],
        "hues": HUES,
        "marks": marks,
        "moment": datetime(2026, 11, 12, 6, 0, tzinfo=UTC),
        "people": [Face("Wen Abiola", "ochre"), Face("Rhys Calder", "plum", "Tarn & Loom")],
        "shapes": SHAPES,
        "symbols": _icons(),
        "three": three,
        "today": TODAY,
    }


def _circles() -> list[Audience]:
    return [
        Audience("in-house", _("Only Marrowfen Water"), "teal", "1", _("14 people of your own")),
        Audience("side", _("Winter crews: Marrowfen Water and Tarn & Loom"), value="2", note=_("28 people")),
        Audience("body", _("Steering committee"), value="3", note=_("6 named people of all three organisations")),
        Audience("joint", _("Joint: all three organisations"), value="4", note=_("37 people")),
        Audience("public", _("Public: anyone with the link"), value="5"),
    ]


def _shell(path: str) -> Shell:
    """Return a shell like that of a real partnership; its places lead to sections of this page."""
    here = [
        Place(_("Overview"), f"{path}#overview", "overview", "g o"),
        Place(_("Plan"), f"{path}#plan", "plan", "g p"),
        Place(_("Milestones"), f"{path}#timeline", "milestone", "g m"),
        Place(_("Gallery"), path, "board", current=True),
    ]
    marks = _marks()
    return Shell(
        home="/",
        places=[Place(_("Home"), "/", "home", "g h", count=8)],
        partnership=PlaceGroup("Fenline", here),
        partnership_url=path,
        person=Face("Bram Teague", "teal", "Marrowfen Water"),
        hats=[Hat(marks[6], "bv"), Hat(marks[0], "mw", current=True)],
        hat_url=path,
        palette=[PlaceGroup(_("Other partnerships"), [Place("Dry Homes", "/", "plan", where=_("no baseline yet"))])],
        settings_url=path,
    )


def _icons() -> list[str]:
    return [name for name in symbols() if not name.startswith(("circle-", "shape-", "sign-"))]
