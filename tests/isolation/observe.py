"""
An observer asks for everything that the URLconf offers, and keeps each answer: status, headers, bytes, mails.

What varies is found by looking: which query parameters and fields a view reads is written down while it answers, and
each that refers to a row is then tried with ids that are not the observer's.
"""

import zlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.transaction import atomic
from django.forms import FileInput
from django.http import QueryDict
from django.test import Client
from pytest import MonkeyPatch

from tests.world import NOON

from . import forging, operations, samples
from .hearing import Folder, Heard, Hearing, hearing
from .routes import Route
from .story import HARBOURS, Story

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PLAIN = {"HEAD", "OPTIONS"}  # answered as GET is, or alike for everybody
NEVER = {405, 501}
FAULTS = {500, 503}
FORM = "application/x-www-form-urlencoded"
IN_BOTH_WORLDS = ("bo@Orchard", "bea@Orchard", "nobody@Nowhere", "cy@Island")  # who look at the twins
MARK = "observed"  # a field of every form posted, by which its data is told from the query


class Undone(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Do something in a savepoint, and take it back."""
    with suppress(Undone), atomic():
        yield
        raise Undone


@dataclass(frozen=True)
class Request:
    method: str
    route: str
    address: str
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, Any], ...] = ()  # over the good value of each field
    body: str = ""  # JSON
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        asked = (f"?{name}={value}" for name, value in self.query)  # told apart from a field of the same name
        more = [*asked, *self.fields, *self.headers, *([self.body] if self.body else [])]
        return " ".join([self.method, self.address, *map(str, more)])


@dataclass(frozen=True)
class Answer:
    """
    Args:
        heard: what it rests on; none where that is more than the database says, or nobody will ask for it again.
    """

    status: int
    packed: bytes
    heard: Heard | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> bytes:
        return zlib.decompress(self.packed)


class Observer:
    """
    Somebody's browser. Each request begins where they signed in: what it did is undone.

    Args:
        is_heard: whether each answer keeps what it rests on, to be asked for again in another world.
    """

    def __init__(self, story: Story, who: str, *, is_heard: bool = False):
        self.story, self.who, self.read, self.is_heard = story, who, Read(), is_heard
        with story.step(f"{who} signs in"):
            self.client = story.client(who, raise_request_exception=False)
            if story.ids.get(who.partition("@")[0]):
                _prove(self.client)
        self.cookies = self.client.cookies.copy()
        self.counts = dict(cache._cache), dict(cache._expire_info)  # tries are counted in the cache

    def ask(self, request: Request) -> Answer:
        self.client.cookies = self.cookies.copy()
        cache._cache.clear(), cache._expire_info.clear()
        cache._cache.update(self.counts[0]), cache._expire_info.update(self.counts[1])
        mail.outbox = []
        self.read.clear()
        with undone(), self.story.step(self._step(request)), self.read.watched():
            response, asked = self._heard(request) if self.is_heard else (self._sent(request), None)
        assert not self.read.files or request.route in samples.TAKES_FILE, f"{request.route}: say that it takes a file"
        if response.status_code in FAULTS:
            raise AssertionError(f"{self.who} {request}: {response.status_code}") from _cause(response)
        return _answer(response, asked and asked.heard(self._sending(request), self.counts))

    def ask_again(self, request: Request, before: Answer) -> Answer:
        """Return the answer in another world: that of before, if the database says all that it rests on once more."""
        with undone():
            if before.heard and before.heard.is_heard_again(self._sending(request), self.counts):
                return before
        return self.ask(request)

    def _heard(self, request: Request) -> tuple[Any, Hearing]:
        assert isinstance(settings.FILES, Folder)
        with hearing() as asked:
            response = self._sent(request)
        asked.looks_at_files |= response.streaming or request.route in samples.TAKES_FILE
        return response, asked

    def _step(self, request: Request) -> str:
        return samples.alike(self.story, f"{self.who} {request}")

    def _sending(self, request: Request) -> tuple[Any, ...]:
        """Return what of a request may differ from world to world."""
        return self._step(request), self.cookies, self._written(request)

    def _sent(self, request: Request) -> Any:
        address, content = self._written(request)
        options = {"headers": dict(request.headers)}
        if request.body:
            return self.client.generic(request.method, address, content, "application/json", **options)
        if request.method != "POST":
            return self.client.generic(request.method, address, **options)
        if isinstance(content, str):
            return self.client.post(address, content, FORM, **options)
        file = SimpleUploadedFile("plan.csv", b"Name;Start\nDredge;2031-05-06\n", "text/csv")
        return self.client.post(address, content | {"file": file}, **options)

    def _written(self, request: Request) -> tuple[str, Any]:
        """Return the whole address, and what is sent there: a text, or fields beside a file."""
        address = request.address
        if request.query:
            wanted = QueryDict(mutable=True)
            for name, value in request.query:
                wanted.appendlist(name, value)
            address += "?" + wanted.urlencode()
        if request.body or request.method != "POST":
            return address, request.body
        is_call = request.route.startswith("/api/")  # takes the fields that it names, and no others
        data = dict(request.fields) if is_call else samples.body(self.story) | dict(request.fields) | {MARK: "1"}
        return address, data if request.route in samples.TAKES_FILE else urlencode(data, doseq=True)


class Remembering(Observer):
    """
    One for whom a page is asked once in a run, where several tests look at it: the matrix, the crawls, the twins.

    Only for the whole story as everybody tells it, and never under a mutant. Each answer begins where somebody signed
    in, for the first time in that world, so it is the same whoever asks first.
    """

    _pages: dict[tuple[str, Request], tuple[Answer, frozenset[str], frozenset[str]]] = {}

    def __init__(self, story: Story, who: str):
        assert who not in story.signed_in, f"{who} would see two sessions of theirs"
        story.signed_in.add(who)
        super().__init__(story, who, is_heard=who in IN_BOTH_WORLDS)

    def ask(self, request: Request) -> Answer:
        if request.method != "GET":
            return super().ask(request)
        key = self.who, request
        if key not in self._pages:
            answer = super().ask(request)
            self._pages[key] = answer, frozenset(self.read.query), frozenset(self.read.fields)
        answer, query, fields = self._pages[key]
        self.read.query, self.read.fields = set(query), set(fields)
        return answer


class Read:
    """Which query parameters and fields a view asked for, and whether for a file."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.query: set[str] = set()
        self.fields: set[str] = set()
        self.files = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        kept = {name: getattr(QueryDict, name) for name in ("__getitem__", "getlist", "get")}

        def watching(name: str) -> Any:
            def inner(asked: QueryDict, key: str, *rest: Any, **more: Any) -> Any:
                (self.fields if dict.__contains__(asked, MARK) else self.query).add(key)
                return kept[name](asked, key, *rest, **more)

            return inner

        def file_data(widget: Any, data: Any, files: Any, name: str) -> Any:
            self.files = True
            return of_widget(widget, data, files, name)

        of_widget = FileInput.value_from_datadict
        with MonkeyPatch.context() as patch:
            patch.setattr(FileInput, "value_from_datadict", file_data)
            for name in kept:
                patch.setattr(QueryDict, name, watching(name))
            yield


def _prove(client: Client) -> None:
    """Say that the person has just given their password: pages that ask for it again are observed too."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": NOON.timestamp()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


def _cause(response: Any) -> BaseException | None:
    return response.exc_info[1] if getattr(response, "exc_info", None) else None


def _answer(response: Any, heard: Heard | None) -> Answer:
    content = b"".join(response) if response.streaming else response.content
    parts = [str(response.status_code), *(f"{name}: {value}" for name, value in sorted(response.headers.items()))]
    parts += [response.cookies.output(), *(_mail(sent) for sent in mail.outbox if not HARBOURS & set(sent.to))]
    return Answer(response.status_code, zlib.compress("\n".join(parts).encode() + b"\n\n" + content, 1), heard)


def _mail(message: Any) -> str:
    """Return all of a mail but what the mail library adds: boundaries, a date and an id."""
    parts = [message.subject, message.from_email, *message.recipients(), repr(message.extra_headers), message.body]
    return "\n".join([*parts, *(f"{kind}: {text}" for text, kind in message.alternatives)])


def explore(
    observer: Observer,
    among: Iterable[Route],
    *,
    thorough: Container[Route] = (),
    methods: Sequence[str] = METHODS,
) -> dict[Request, Answer]:
    """
    Ask for everything at these addresses.

    Args:
        thorough: at which of them with every method, and with forged parameters, fields and headers too.
        methods: which of them to ask with at all.
    """
    found: dict[Request, Answer] = {}
    for route in among:
        for request, answer in _explored(observer, route, route in thorough, methods):
            assert answer.status < 500, f"{observer.who} {request}: {answer.status}"
            found[request] = answer
    return found


def repeat(observer: Observer, answers: Mapping[Request, Answer]) -> dict[Request, Answer]:
    """Ask for all of it again, in another world."""
    return {request: observer.ask_again(request, answer) for request, answer in answers.items()}


def _explored(
    observer: Observer, route: Route, thorough: bool, methods: Sequence[str]
) -> Iterator[tuple[Request, Answer]]:
    story = observer.story
    values = {name: samples.slot_values(story, name) for name, _ in route.slots}
    addresses = [address for _, address in route.filled(values)]
    known = METHODS if thorough or route.is_api else ("GET", "POST")
    for method in (one for one in known if one in methods):
        tried: list[int] = []  # what answers to the request were varied
        for place, address in enumerate(addresses if method not in PLAIN else addresses[:1] + addresses[-2:]):
            request = Request(method, route.template, address, **operations.written(story, route, method))
            answer = observer.ask(request)
            yield request, answer
            if answer.status in NEVER:
                break  # the method is refused before anything is looked up
            read = observer.read.query | operations.parameters(route, method), observer.read.fields
            if method == "POST" and route.is_api and place == 0:
                keyed = replace(request, headers=(*request.headers, operations.KEY))
                yield keyed, observer.ask(keyed)
            if thorough and method not in PLAIN and answer.status != 404:
                yield from _varied(observer, request, *read, tried)
                tried.append(answer.status)


def _varied(
    observer: Observer, request: Request, query: set[str], fields: set[str], tried: list[int]
) -> Iterator[tuple[Request, Answer]]:
    for other in _variations(observer.story, request, query, fields, tried):
        yield other, observer.ask(other)


def _variations(
    story: Story, request: Request, query: set[str], fields: set[str], tried: list[int]
) -> Iterator[Request]:
    """Vary the parameters and headers of the first address that answers; if it refuses, the fields of the next one too."""
    is_first = not tried
    for name in sorted(query - samples.NO_PARAMETERS if is_first else ()):
        kept = tuple(pair for pair in request.query if pair[0] != name)
        for value in forging.query_values(story, name, request.route):
            yield replace(request, query=(*kept, (name, value)))
    if request.body:
        yield from operations.variations(story, request)
        return
    for name in sorted(fields - samples.NO_FIELDS if is_first or len(tried) == 1 and tried[0] >= 400 else ()):
        for value in forging.foreign_values(story, name, request.route):
            yield replace(request, fields=(*request.fields, (name, value)))
    if request.method == "GET" and is_first:
        for headers in forging.headers(story, request.route):
            yield replace(request, headers=tuple(headers.items()))
