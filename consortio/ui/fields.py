"""Fields of Django's forms as the design system draws them: class, description and fault tied to the control."""

from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from markupsafe import Markup


def kind_of(field: BoundField) -> str:
    """Return how a field is laid out: "check", "choices", "file", "hidden" or "input"."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "input"


def described_by(field: BoundField) -> str:
    """Return the ids of what describes a field: its help, then its fault."""
    parts = [("-hint", field.help_text), ("-fault", field.errors)]
    return " ".join(f"{field.auto_id}{end}" for end, present in parts if present)


def widget(field: BoundField, **attributes: str) -> Markup:
    """Return the control itself; attributes are written with `_` for `-`."""
    attrs: dict[str, str | bool] = {
        name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()
    }
    if kind_of(field) == "input":
        attrs["class"] = f"input {attrs.get('class', '')}".strip()
    if described := described_by(field):
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    return Markup(field.as_widget(attrs=attrs))
