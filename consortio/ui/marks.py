"""How an organisation is told from its partners: a shape, a hue and letters, each enough on its own."""

from dataclasses import dataclass

SHAPES = ("hexagon", "diamond", "square", "pentagon", "octagon", "shield", "arch", "leaf")
HUES = ("teal", "ochre", "plum", "rust", "blue", "iris", "moss", "slate")


@dataclass(frozen=True)
class Mark:
    """
    An organisation as pages draw it. `you` says that the reader acts for it, `former` that it has left; each changes a
    word, never the order.
    """

    name: str
    letters: str
    shape: str = SHAPES[0]
    hue: str = HUES[0]
    you: bool = False
    url: str = ""
    former: bool = False


@dataclass(frozen=True)
class Face:
    """A person as pages draw them: the face wears the hue of the organisation they act for."""

    name: str
    hue: str = ""
    acts_for: str = ""
    url: str = ""

    @property
    def initials(self) -> str:
        return initials(self.name)


@dataclass(frozen=True)
class Audience:
    """A circle as pages name it: `kind` is joint, in-house, side, body or public; `note` says whom that means."""

    kind: str
    words: str
    hue: str = ""
    value: str = ""
    note: str = ""


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def look(nth: int) -> tuple[str, str]:
    """
    Return the shape and the hue of the nth organisation to join a partnership, counted from 0.

    The first 64 pairs all differ: each round of eight takes the same shapes with the hues moved on by three.
    """
    return SHAPES[nth % 8], HUES[(nth + 3 * (nth // 8)) % 8]
