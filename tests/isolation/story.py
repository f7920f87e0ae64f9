"""A world whose steps leave nothing to chance, and whose private words carry canaries."""

import hashlib
import random
import secrets
import sys
from contextlib import contextmanager

from consortio import access, ids
from consortio.access.guarded import Guarded
from consortio.accounts.users import create_account
from tests.world import LETTERS, NOON, World

from .canaries import STEM

CAST = {  # who they are: person@organisation
    "Harbour's lead": "ada@Harbour",
    "Harbour's contributor": "abe@Harbour",
    "Harbour's observer": "ava@Harbour",
    "Orchard's lead": "bo@Orchard",
    "Orchard's contributor": "ben@Orchard",
    "Orchard's observer": "bea@Orchard",
    "Island's lead": "cy@Island",
    "Island's contributor": "cal@Island",
    "Island's observer": "cora@Island",
    "former member of Orchard": "fin@Orchard",
    "former member of Harbour": "fay@Harbour",
    "lead of the invited": "fern@Ferry",
    "stranger": "quin@Quay",
    "nobody": "nobody@Nowhere",
}
HARBOURS = {f"{person}@example.org" for person in ("ada", "abe", "ava", "fay")}  # mails there are read there only
ISLANDS = {f"{person}@example.org" for person in ("cy", "cal", "cora")}  # they also know what Harbour did beside them
SEEN_BY_ALL = {"", "coast", "public"}  # circles in which nothing of this story is private
PASSWORD = "four grey herons wait"


class _Own:
    """
    Random bits for ids: each table of each circle draws its own, as nobody draws another's ids in earnest.

    One step may write rows of several circles (dates follow in each): how many there are must not shift the others'.
    """

    def __init__(self, name: str):
        self.name, self.sources = name, {}

    def bits(self, count: int) -> int:
        key = self._key()
        source = self.sources.setdefault(key, random.Random(f"{self.name} {key}"))
        return source.getrandbits(count)

    def _key(self) -> str:
        frame = sys._getframe(2)
        while frame and not (frame.f_code.co_name == "__init__" and isinstance(frame.f_locals.get("self"), Guarded)):
            frame = frame.f_back
        if frame is None:
            return ""
        row, facts = frame.f_locals["self"], frame.f_locals["kwargs"]
        circle = facts.get("circle")
        return f"{type(row).__name__} {facts.get('circle_id') or getattr(circle, 'pk', circle)}"


class Story(World):
    """
    Steps of one story. A branch begins where its story stands; the database undoes what was done in it.

    Args:
        called: other names for organisations; nothing but names may depend on them.
        seed: another one makes other ids, in another order.
    """

    def __init__(self, monkeypatch, called: dict[str, str] | None = None, seed: str = ""):
        super().__init__(monkeypatch)
        self.names, self.seed = called or {}, seed
        self.sessions: list[str] = []  # keys that only a browser of Harbour knows
        self.signed_in: set[str] = set()  # whose answers are remembered
        self.where: dict[str, str] = {}  # each canary: the circle whose people may see it

    def branch(self) -> "Story":
        other = Story(self.patch, self.names, self.seed)
        other.ids, other.where, other.sessions = dict(self.ids), dict(self.where), list(self.sessions)
        return other

    @contextmanager
    def step(self, name: str):
        source, own = random.Random(self.seed + name), _Own(self.seed + name)
        with super().step(name), self.patch.context() as patch:
            patch.setattr(ids, "_random_bits", own.bits)
            patch.setattr(secrets, "choice", source.choice)
            patch.setattr(secrets, "randbelow", source.randrange)
            patch.setattr(secrets, "randbits", source.getrandbits)
            patch.setattr(secrets, "token_bytes", lambda count=32: source.randbytes(count))
            patch.setattr(secrets, "token_hex", lambda count=32: source.randbytes(count).hex())
            patch.setattr(secrets, "token_urlsafe", lambda count=32: source.randbytes(count).hex())
            patch.setattr("os.urandom", source.randbytes)
            yield

    def act(self, name: str, function, who: str, /, **arguments):
        """Take a step of which no new row is to be remembered. Returns what the step returned."""
        self.do(name, function, who, **arguments)
        return self.ids.pop(name)

    def said(self, text: str, circle: str) -> str:
        if circle in SEEN_BY_ALL:
            return text
        token = STEM + hashlib.sha256(f"{circle}: {text}".encode()).hexdigest()[:26]
        self.where[token] = circle
        return f"{text} {token}"

    def called(self, organisation: str) -> tuple[str, str]:
        name = self.names.get(organisation, organisation)
        return name, LETTERS.get(name) or name[:3].upper()

    def find(self, name: str, model, /, **facts) -> None:
        """Remember the id of the only row of which these facts are true."""
        with access.unscoped("test"):
            self.ids[name] = model.objects.get(**facts).pk

    def find_open(self, name: str, model, /, **facts) -> None:
        """Remember the id of the only such row of an open table."""
        self.ids[name] = model.objects.get(**facts).pk

    def account(self, person: str) -> None:
        with self.step(f"{person}'s account"):
            create_account(
                email=f"{person}@example.org", person_id=self.ids[person], password=PASSWORD, at=NOON
            )  # fmt: skip
