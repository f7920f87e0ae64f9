"""The shape of what people write about items: one item whole, a pasted list, a link, how far things are."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortio.lines import LineField

from .choosing import EditPage
from .entering import Line, NotUnderstood, amount_words, lines_of, minutes_of, share_of, signed_minutes_of
from .fields import WISHES
from .models import Kind, LinkType
from .words import constraint_words, kind_words

DAYS = (  # by field: the column, whether it is an end
    ("began_on", "actual_start_at", False),
    ("ended_on", "actual_finish_at", True),
    ("deadline_on", "deadline_at", True),
    ("start_on", "stored_start_at", False),
    ("finish_on", "stored_finish_at", True),
)
ENDS = ("fnet", "fnlt", "mfo", "finish_on")  # constraints of an end
CONSTRAINTS = ("snet", "snlt", "fnet", "fnlt", "mso", "mfo", "alap")
PROGRESS = ("percent", "remaining", "began_on", "ended_on")
OF_ONES_OWN = (*PROGRESS, "duration", "constraint", "constraint_on")
LINES_MAX = 500


def link_words() -> list[tuple[str, str]]:
    """Return the ways in which an item can wait for another, with what they are called."""
    words = {
        "FS": _("finish to start"),
        "SS": _("start to start"),
        "FF": _("finish to finish"),
        "SF": _("start to finish"),
    }
    return [(kind, str(words[kind])) for kind in LinkType.values]


class WordsField(forms.CharField):
    """A line that means something else: an amount of work, a share. `read` says what, or that it is not understood."""

    def __init__(self, read: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**({"max_length": 40} | options))
        self.read = read

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        try:
            return self.read(text)
        except NotUnderstood as fault:
            raise forms.ValidationError(str(fault)) from None


class DayField(forms.DateField):
    """A day, between 1970 and 2200."""

    def __init__(self, **options: Any) -> None:
        words = {"invalid": _("Write a day that exists, as in 2031-05-06."), **options.pop("error_messages", {})}
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**({"required": False, "widget": widget, "error_messages": words} | options))
        self.input_formats = ["%Y-%m-%d"]

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and not 1970 <= day.year <= 2200:
            raise forms.ValidationError(_("Write a day between 1970 and 2200."))
        return day


class IdChoice(forms.TypedChoiceField):
    """One of some rows, or none of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"required": False, "coerce": UUID, "empty_value": None} | options))


class ItemForm(forms.Form):
    """An item whole. Who may only say how far it is gets the fields for that."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    name = LineField(label=_("Name"), max_length=500)
    note = forms.CharField(
        label=_("What is done when it is done"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    parent_id = IdChoice(label=_("Lies in"))
    kind = forms.ChoiceField(label=_("Kind"))
    code = LineField(label=_("Code"), max_length=100, required=False)
    percent = WordsField(share_of, label=_("Done"), required=False, help_text=_("percent"))
    began_on = DayField(label=_("Began on"))
    ended_on = DayField(label=_("Ended on"))
    constraint = forms.ChoiceField(label=_("Constraint"), required=False)
    constraint_on = DayField(label=_("Day of the constraint"))
    deadline_on = DayField(label=_("Deadline"), help_text=_("It moves nothing; a later end counts as late."))
    calendar_id = IdChoice(label=_("Calendar"))
    is_manual = forms.BooleanField(
        label=_("Its dates are given by hand"), required=False, help_text=_("Links do not move it then.")
    )
    start_on = DayField(label=_("Start, by hand"))
    finish_on = DayField(label=_("End, by hand"))
    organisation_id = IdChoice(label=_("Organisation that answers"))
    person_id = IdChoice(label=_("Accountable"))

    def __init__(self, page: EditPage, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.page = page
        minutes = page.head.day_minutes
        amount = {"required": False, "help_text": _("days, hours or weeks")}
        self.fields["duration"] = WordsField(lambda text: minutes_of(text, minutes), label=_("Work"), **amount)
        self.fields["remaining"] = WordsField(lambda text: minutes_of(text, minutes), label=_("Work left"), **amount)
        self._offer()
        if not page.may_edit:
            for name in set(self.fields) - {"version", *(OF_ONES_OWN if page.may_redate else PROGRESS)}:
                del self.fields[name]

    def _offer(self) -> None:
        """Say what can be chosen."""
        page = self.page
        offered: dict[str, list[tuple[Any, Any]]] = {
            "kind": [(kind, kind_words(kind)) for kind in Kind.values],
            "constraint": [
                ("", _("none: as soon as its links allow")),
                *((c, constraint_words(c)) for c in _kept(page)),
            ],
            "parent_id": [
                ("", _("the plan itself")),
                *((str(c.id), _indented(c.words, c.depth)) for c in page.parents),
            ],
            "calendar_id": [("", _("the plan’s own")), *((str(c.id), c.words) for c in page.calendars)],
            "organisation_id": [
                ("", _("no organisation yet")),
                *(
                    (str(m.organisation_id), m.name)
                    for m in page.head.members
                    if not m.has_left or m.organisation_id == page.values["organisation_id"]
                ),
            ],
            "person_id": [
                ("", _("nobody yet")),
                *(
                    (str(p.id), f"{p.name}, {p.organisation}" if len(page.head.members) > 1 else p.name)
                    for p in page.people
                ),
            ],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if (
            said.get("constraint") not in ("", None, "alap")
            and not said.get("constraint_on")
            and "constraint_on" in said
        ):
            self.add_error("constraint_on", _("A constraint of this kind needs its day."))
        began, ended = said.get("began_on"), said.get("ended_on")
        if began and ended and ended < began:
            self.add_error("ended_on", _("It cannot end before it began."))
        return said

    def values(self) -> dict[str, Any]:
        """Return what differs from the item as the page showed it, by its columns."""
        return changed_values(self.page, self.cleaned_data)


def _kept(page: EditPage) -> tuple[str, ...]:
    """Return the constraints that are offered: those that a file brought stay choosable, and one that is agreed."""
    own = page.values["constraint"]
    offered = CONSTRAINTS if page.may_edit else tuple(one for one in CONSTRAINTS if one in WISHES)
    return offered if own in ("", *offered) else (*offered, own)


def _indented(words: str, depth: int) -> str:
    return "\u2003" * min(depth, 12) + words


def changed_values(page: EditPage, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns with what was said of them, where that differs; what a form does not hold says nothing."""
    now = page.values
    found: dict[str, Any] = {}
    for name in ("name", "note", "kind", "code", "calendar_id", "organisation_id", "is_manual"):
        if name in said:
            found[name] = said[name]
    if said.get("percent") is not None:
        found["percent"] = said["percent"]
    if said.get("duration") is not None:
        found["duration_minutes"] = said["duration"]
    if "remaining" in said:
        found["remaining_minutes"] = said["remaining"]
    for field, column, is_end in DAYS:
        if field in said:
            found[column] = _at(page, said[field], column, is_end)
    if "constraint" in said:
        found["constraint"] = said["constraint"]
        is_end = said["constraint"] in ENDS
        day = said.get("constraint_on") if said["constraint"] not in ("", "alap") else None
        found["constraint_at"] = _at(page, day, "constraint_at", is_end)
    return {column: value for column, value in found.items() if value != now[column]}


def _at(page: EditPage, day: date | None, column: str, is_end: bool) -> datetime | None:
    return None if day is None else page.hours.at(day, is_end=is_end, before=page.values[column])


def as_said(page: EditPage) -> dict[str, Any]:
    """Return the item as its form shows it."""
    now, minutes = page.values, page.head.day_minutes
    straight = ("name", "note", "kind", "code", "parent_id", "calendar_id", "is_manual", "organisation_id", "person_id")
    return {
        **{name: now[name] for name in (*straight, "constraint")},
        **{field: _day(now[column]) for field, column, _is_end in DAYS},
        "version": page.version,
        "percent": now["percent"],
        "duration": amount_words(now["duration_minutes"], minutes),
        "remaining": amount_words(now["remaining_minutes"], minutes),
        "constraint_on": _day(now["constraint_at"]),
    }


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


FIELDS_OF = {"duration_minutes": "duration", "remaining_minutes": "remaining", "constraint_at": "constraint_on"} | {
    column: field for field, column, _is_end in DAYS
}


def field_of(form: forms.Form, column: str) -> str | None:
    """Return the field of the form where a column is written; none where the form has no such field."""
    name = FIELDS_OF.get(column, column)
    return name if name in form.fields else None


def shown(page: EditPage, name: str, value: Any) -> str:
    """Return a value of the form as people read it: the words of a choice, a day, yes or no."""
    if isinstance(value, bool) or name == "is_manual":
        return str(_("yes") if value and value != "False" else _("no"))
    choices = ItemForm(page).fields.get(name)
    if isinstance(choices, forms.ChoiceField):
        words = {str(one): str(says).strip("\u2003") for one, says in choices.choices}
        return words.get(str(value or ""), "")
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


class OwnSideForm(forms.Form):
    """What our house keeps beside a joint item: words, and how long it thinks the work takes."""

    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Our own note"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, day_minutes: int, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.day_minutes = day_minutes
        for name, label in (("low", _("At best")), ("likely", _("Most likely")), ("high", _("At worst"))):
            self.fields[name] = WordsField(lambda text: minutes_of(text, day_minutes), label=label, required=False)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        three: list[int] = [said[name] for name in ("low", "likely", "high") if said.get(name) is not None]
        if three != sorted(three):
            self.add_error("likely", _("The best comes before the most likely, and that before the worst."))
        return said

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        amounts = {f"{name}_minutes": said.get(name) for name in ("low", "likely", "high")}
        return {"version": said.get("version"), "note": said["note"], **amounts}

    def over(self, there: Any) -> "OwnSideForm":
        """Return the form with what was written, to be saved over what stands there now, which its fault tells."""
        again = OwnSideForm(self.day_minutes, self.data.dict() | {"version": there.version if there else ""})  # type: ignore[union-attr]
        again.add_error(
            None,
            _("Somebody of your house changed it meanwhile. There stands now: %(note)s")
            % {"note": there.note if there else ""},
        )
        return again


def side_as_said(there: Any, day_minutes: int) -> dict[str, Any]:
    """Return our own side of an item as its form shows it."""
    if there is None:
        return {}
    amounts = {name: amount_words(getattr(there, f"{name}_minutes"), day_minutes) for name in ("low", "likely", "high")}
    return {"version": there.version, "note": there.note, **amounts}


class LinesForm(forms.Form):
    """New items, one a line."""

    lines = forms.CharField(
        label=_("New items"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        strip=False,
        help_text=_(
            "One a line; two spaces before a name lay it one level deeper. Lines of a spreadsheet can be pasted."
        ),
    )
    parent_id = forms.UUIDField(
        label=_("Into"),
        required=False,
        error_messages={"invalid": _("Choose one of the items in the list, or the plan itself; your lines are kept.")},
    )
    after_id = forms.UUIDField(
        label=_("Behind"),
        required=False,
        error_messages={"invalid": _("Name an item that is there, or none to add the lines at the end.")},
    )
    circle_id = forms.UUIDField(
        label=_("Who sees this"),
        required=False,
        error_messages={"invalid": _("Choose one of the circles on offer; your lines are kept.")},
    )
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in Kind.values], required=False)

    def __init__(self, day_minutes: int, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.day_minutes = day_minutes

    def clean_lines(self) -> list[Line]:
        try:
            found = lines_of(self.cleaned_data["lines"], self.day_minutes)
        except NotUnderstood as fault:
            raise forms.ValidationError(str(fault)) from None
        if not found:
            raise forms.ValidationError(_("Write at least one name."))
        if len(found) > LINES_MAX:
            raise forms.ValidationError(_("At most %(most)d lines are taken at once.") % {"most": LINES_MAX})
        return found


class LinkForm(forms.Form):
    """What an item waits for, in words: a number or a name."""

    other = LineField(label=_("Another item"), max_length=500)
    type = forms.ChoiceField(label=_("How"), choices=[(kind, kind) for kind in LinkType.values], required=False)

    def __init__(self, day_minutes: int, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        read = lambda text: signed_minutes_of(text, day_minutes)  # noqa: E731  -- the plan's day is known here
        self.fields["lag"] = WordsField(read, label=_("Days between"), required=False)
        self.fields["type"].choices = link_words()  # type: ignore[attr-defined]


class RowsForm(forms.Form):
    """Some rows of the tree, each with the version that was seen, and what to do with them."""

    ACTS = ("up", "down", "indent", "outdent", "link", "unlink", "withdraw")
    do = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    back = forms.CharField(max_length=4_000, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows: list[tuple[UUID, int]] = []

    def clean(self) -> dict[str, Any]:
        for word in self.data.getlist("rows")[:51]:  # type: ignore[union-attr]  # a QueryDict
            pk, _dot, version = word.partition(".")
            try:
                self.rows.append((UUID(pk), int(version[:9])))
            except ValueError:
                raise forms.ValidationError(_("Choose rows of this plan.")) from None
        if not self.rows:
            raise forms.ValidationError(_("Choose one or more rows first."))
        if len(self.rows) > 50:
            raise forms.ValidationError(_("At most 50 rows are moved at once."))
        return self.cleaned_data
