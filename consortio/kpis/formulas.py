"""
Formulas of derived KPIs: "[K-3] / [K-1] * 100", "sum([K-1], [KRAN/K-3])".

A formula holds KPIs by their numbers in square brackets, decimal numbers with a point, + - * / and a leading minus,
parentheses, and the functions sum, mean, min and max. Multiplication and division bind closer than addition, and work
from left to right. It is read into a frozen tree; nothing of it is ever run as a program.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Literal, TypeAlias, cast, get_args

from django.utils.translation import gettext as _

from .intervals import DIGITS

LENGTH_MAX = 500
DEPTH_MAX = 20
REFERENCES_MAX = 50
FunctionName: TypeAlias = Literal["sum", "mean", "min", "max"]
FUNCTIONS = get_args(FunctionName)
TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<reference>\[\s*(?:[A-Za-z]{2,11}/)?[Kk]-[1-9][0-9]{0,8}\s*\])
    | (?P<bare>(?:[A-Za-z]{2,11}/)?[Kk]-[0-9]+)
    | (?P<name>[A-Za-z]+)
    | (?P<sign>[-+*/(),])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
PRINTED = str.maketrans("\u2212\u00d7\u00f7", "-*/")  # the signs that pages print instead


class FormulaRefused(ValueError):
    """A formula cannot be used; the message says why, for people."""


class NotAFormula(FormulaRefused):
    """The text breaks the grammar; `column` counts its signs from 1."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(_("Column %(column)s: %(message)s") % {"column": column, "message": message})
        self.column = column


class FormulaTooLarge(FormulaRefused):
    """Longer, deeper or with more KPIs than a formula may be."""


class FormulasLoop(FormulaRefused):
    """Formulas rest on each other in a ring; `loop` names each KPI once, each one resting on the next."""

    def __init__(self, loop: tuple[str, ...]) -> None:
        ring = " → ".join((*loop, loop[0]))
        super().__init__(_("These KPIs are computed from each other: %(ring)s.") % {"ring": ring})
        self.loop = loop


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """Another KPI, by its number as people see it: "K-12", in a circle with a mark "KRAN/K-3"."""

    number: str


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Formula"


@dataclass(frozen=True, slots=True)
class Factor:
    value: "Formula"
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """Factors from left to right; the first one never divides."""

    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of at least one part. `a + b - c` is the sum of a, b and the negative of c."""

    name: FunctionName
    parts: tuple["Formula", ...]


Formula: TypeAlias = Number | Reference | Negative | Product | Call


def parse(text: str) -> Formula:
    """
    Read a formula.

    Args:
        text: at most 500 signs, 20 levels of parentheses, functions and leading minuses, 50 mentions of KPIs.

    Raises:
        NotAFormula: the grammar is broken; says at which column, and what was expected there.
        FormulaTooLarge: a limit is passed, or a number has more than 28 digits.
    """
    if len(text) > LENGTH_MAX:
        raise FormulaTooLarge(_("A formula has at most %(most)s signs.") % {"most": LENGTH_MAX})
    formula = _Parser(text.translate(PRINTED)).whole()
    if sum(isinstance(part, Reference) for part in _walk(formula)) > REFERENCES_MAX:
        raise FormulaTooLarge(_("A formula names KPIs at most %(most)s times.") % {"most": REFERENCES_MAX})
    return formula


def references(formula: Formula) -> tuple[str, ...]:
    """Return the numbers of the KPIs that a formula names, each once, in the order of their first mention."""
    return tuple(dict.fromkeys(part.number for part in _walk(formula) if isinstance(part, Reference)))


def parts_of(formula: Formula) -> tuple[Formula, ...]:
    match formula:
        case Negative(of):
            return (of,)
        case Product(factors):
            return tuple(factor.value for factor in factors)
        case Call(parts=parts):
            return parts
        case _:
            return ()


def _walk(formula: Formula) -> Iterator[Formula]:
    yield formula
    for part in parts_of(formula):
        yield from _walk(part)


def written(formula: Formula) -> str:
    """Return a formula as text, with no more parentheses than needed: reading it gives the same tree."""
    match formula:
        case Call("sum", (first, *others)) if others:
            return _term(first) + "".join(_added(part) for part in others)
        case Product((first, *others)) if others:
            signs = ((" / " if factor.divides else " * ") + _atom(factor.value) for factor in others)
            return _atom(first.value) + "".join(signs)
        case _:
            return _atom(formula)


def _added(part: Formula) -> str:
    return f" - {_term(part.of)}" if isinstance(part, Negative) else f" + {_term(part)}"


def _term(formula: Formula) -> str:
    return written(formula) if isinstance(formula, Product) else _atom(formula)


def _atom(formula: Formula) -> str:
    match formula:
        case Number(value):
            return f"{value:f}"
        case Reference(number):
            return f"[{number}]"
        case Negative(of):
            return f"-{_atom(of)}"
        case Call(name, parts) if name != "sum" or len(parts) == 1:
            return f"{name}({', '.join(written(part) for part in parts)})"
        case _:
            return f"({written(formula)})"


def in_order(formulas: Mapping[str, Formula]) -> tuple[str, ...]:
    """
    Return the numbers of derived KPIs, each after those that it is computed from.

    Args:
        formulas: number of a KPI -> its formula. What has no formula is read and rests on nothing.

    Raises:
        FormulasLoop: some are computed from each other, or one from itself.
    """
    rests_on = {number: [one for one in references(formula) if one in formulas] for number, formula in formulas.items()}
    try:
        return tuple(TopologicalSorter(rests_on).static_order())
    except CycleError as error:
        ring: list[str] = error.args[1]  # each rests in the next one, the first stands again at the end
        raise FormulasLoop(tuple(reversed(ring[1:]))) from None


class _Parser:
    """One reading of one text, by recursive descent; `depth` counts what is open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.calls: list[bool] = []  # of each open parenthesis, whether it is a function's
        self._look()

    def whole(self) -> Formula:
        formula = self._sum()
        if self.kind != "end":
            raise self._unexpected(_("+ - * / or the end"))
        return formula

    def _look(self) -> None:
        """Look at the next token without passing it."""
        found = TOKEN.match(self.text, self.at)
        self.kind = str(found.lastgroup) if found else "other"
        self.word = found[self.kind] if found else ""
        self.column = (found.start(self.kind) if found else self._next_sign()) + 1
        self.end = found.end() if found else self.at

    def _next_sign(self) -> int:
        return len(self.text) - len(self.text[self.at :].lstrip())

    def _pass(self) -> str:
        word, self.at = self.word, self.end
        self._look()
        return word

    def _is(self, signs: str) -> bool:
        return self.kind == "sign" and self.word in signs

    def _sum(self) -> Formula:
        parts = [self._product()]
        while self._is("+-"):
            is_negative = self._pass() == "-"
            part = self._product()
            parts.append(Negative(part) if is_negative else part)
        return parts[0] if len(parts) == 1 else Call("sum", tuple(parts))

    def _product(self) -> Formula:
        factors = [Factor(self._factor())]
        while self._is("*/"):
            divides = self._pass() == "/"
            factors.append(Factor(self._factor(), divides))
        return factors[0].value if len(factors) == 1 else Product(tuple(factors))

    def _factor(self) -> Formula:
        self.depth += 1
        if self.depth > DEPTH_MAX + 1:  # what is innermost is no level of its own
            raise FormulaTooLarge(_("A formula has at most %(most)s levels.") % {"most": DEPTH_MAX})
        formula = self._factor_inside()
        self.depth -= 1
        return formula

    def _factor_inside(self) -> Formula:
        if self.kind == "number":
            return self._number()
        if self.kind == "reference":
            return Reference(self._pass()[1:-1].strip().upper())
        if self.kind == "name":
            return self._call()
        if self._is("-"):
            self._pass()
            return Negative(self._factor())
        if self._is("("):
            return self._list(is_call=False)[0]
        raise self._no_value()

    def _number(self) -> Formula:
        if len(self.word.lstrip("0").replace(".", "")) > DIGITS:
            raise FormulaTooLarge(_("A number has at most %(most)s digits.") % {"most": DIGITS})
        return Number(Decimal(self._pass()))

    def _call(self) -> Formula:
        name = self.word.lower()
        if name not in FUNCTIONS:
            known = {"word": self.word, "functions": ", ".join(FUNCTIONS)}
            raise NotAFormula(self.column, _("There is no function %(word)s; there are %(functions)s.") % known)
        self._pass()
        if not self._is("("):
            raise self._unexpected("(")
        return Call(cast(FunctionName, name), tuple(self._list(is_call=True)))

    def _list(self, *, is_call: bool) -> list[Formula]:
        """Read from an opening parenthesis to its closing one; only a function has more than one part."""
        self._pass()
        parts = [self._sum()]
        while is_call and self._is(","):
            self._pass()
            parts.append(self._sum())
        if not self._is(")"):
            raise self._unexpected(_("+ - * / , or )") if is_call else _("+ - * / or )"))
        self._pass()
        return parts

    def _no_value(self) -> NotAFormula:
        if self.kind == "bare" or self.text.startswith("[", self.column - 1):
            return NotAFormula(self.column, _("Write a KPI as its number in square brackets, as [K-1] or [KRAN/K-3]."))
        return self._unexpected(_("a KPI as [K-1], a number, a function or ("))

    def _unexpected(self, expected: str) -> NotAFormula:
        if self._is(","):
            return NotAFormula(self.column, _("A comma parts what a function takes; write one and a half as 1.5."))
        if self.kind == "end":
            said = _("The formula ends where %(expected)s was expected.") % {"expected": expected}
        else:
            found = {"found": self._found(), "expected": expected}
            said = _("%(found)s stands where %(expected)s was expected.") % found
        return NotAFormula(self.column, said)

    def _found(self) -> str:
        if self.kind != "other":
            return self.word
        sign = self.text[self.column - 1]
        return sign if sign.isprintable() else f"U+{ord(sign):04X}"
