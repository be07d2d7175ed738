"""The language of REDCap's branching logic and calculations: its text becomes a tree.

    [sex] = "1" and ([gym(0)] = "1" or [enrollment_arm_1][age] >= 18)
    round([weight] * 10000 / ([height] ^ 2), 1)

The tree is only data; `evaluate` beside this module computes it over the rows of an export. Nothing
of a dictionary is ever run as a program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEEPEST = 60
"""Parentheses and functions within each other; deeper logic is not read."""
MOST = 1000
"""Names, values and signs of one formula; a longer one is not read."""

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+\.?\d*|\.\d+)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<reference>\[[^\[\]]+\])
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign><>|!=|<=|>=|==|&&|\|\||[-+*/^%=<>(),])
    )""",
    re.VERBOSE,
)
PART = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?:\((?P<code>[^()]*)\))?(?P<more>:.*)?")
COMPARISONS = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", ">": ">"} | {
    "<=": "<=",
    ">=": ">=",
}
JOINING = {"and": "and", "&&": "and", "or": "or", "||": "or"}


class NotCompared(Exception):
    """The logic is beyond what is computed here; the text says what of it is."""


@dataclass(frozen=True)
class Literal:
    """A text in quotation marks, or a number."""

    text: str
    is_number: bool = False


@dataclass(frozen=True)
class Part:
    """What stands in one pair of brackets: a name, and the code of a check box if there is one."""

    name: str
    code: str = ""


@dataclass(frozen=True)
class Reference:
    """A field, ``[field]`` or ``[field(code)]``, perhaps after its event; or a smart variable."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Call:
    """A function and what it is given."""

    name: str
    given: tuple[Node, ...]


@dataclass(frozen=True)
class Operation:
    """Two values joined by ``sign``: arithmetic, a comparison, ``and`` or ``or``."""

    sign: str
    left: Node
    right: Node


Node = Literal | Reference | Call | Operation


def parse(text: str) -> Node:
    """Return the tree of a formula.

    Raises:
        NotCompared: it is not of the language that is read here.
    """
    tokens = _tokens(_without_comments(text))
    if len(tokens) > MOST:
        raise NotCompared("it is too long")
    return _Parser(tokens).whole()


def _without_comments(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(("//", "#")))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise NotCompared("a sign in it is not known")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        place = match.end()
    return found


class _Parser:
    """Reads tokens from the left; each level of binding is a method."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0

    def whole(self) -> Node:
        node = self.joined("or")
        if self.place < len(self.tokens):
            raise NotCompared("something follows its end")
        return node

    def next(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def take(self, *signs: str) -> str:
        """Return the next token if it is one of ``signs``, and go on; else an empty text."""
        kind, text = self.next()
        if kind in ("sign", "name") and text.lower() in signs:
            self.place += 1
            return text.lower()
        return ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise NotCompared(f"`{sign}` is missing in it")

    def joined(self, word: str) -> Node:
        inner = self.compared if word == "and" else lambda: self.joined("and")
        signs = [sign for sign, meaning in JOINING.items() if meaning == word]
        node = inner()
        while self.take(*signs):
            node = Operation(word, node, inner())
        return node

    def compared(self) -> Node:
        node = self.added()
        while sign := self.take(*COMPARISONS):
            node = Operation(COMPARISONS[sign], node, self.added())
        return node

    def added(self) -> Node:
        node = self.multiplied()
        while sign := self.take("+", "-"):
            node = Operation(sign, node, self.multiplied())
        return node

    def multiplied(self) -> Node:
        node = self.signed()
        while sign := self.take("*", "/", "%"):
            node = Operation(sign, node, self.signed())
        return node

    def signed(self) -> Node:
        sign = self.take("-", "+")
        if sign:
            self.deeper()
            inner = self.signed()
            self.depth -= 1
            return Operation(sign, Literal("0", is_number=True), inner)
        node = self.single()
        if self.take("^"):
            self.deeper()
            node = Operation("^", node, self.signed())
            self.depth -= 1
        return node

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotCompared("it is nested too deep")

    def single(self) -> Node:
        kind, text = self.next()
        if kind == "number":
            self.place += 1
            return Literal(text, is_number=True)
        if kind == "text":
            self.place += 1
            return Literal(text[1:-1].strip())
        if kind == "reference":
            return self.reference()
        if kind == "name" and text.lower() not in JOINING:
            return self.call()
        if self.take("("):
            self.deeper()
            node = self.joined("or")
            self.depth -= 1
            self.expect(")")
            return node
        raise NotCompared("a value is missing in it")

    def call(self) -> Node:
        name = self.next()[1].lower()
        self.place += 1
        if name in ("true", "false") and self.next() != ("sign", "("):
            return Literal(name)
        if not self.take("("):
            raise NotCompared(f"`{name}` is not known")
        self.deeper()
        given: list[Node] = []
        if not self.take(")"):
            given.append(self.joined("or"))
            while self.take(","):
                given.append(self.joined("or"))
            self.expect(")")
        self.depth -= 1
        return Call(name, tuple(given))

    def reference(self) -> Node:
        parts = []
        while self.next()[0] == "reference":
            inside = self.next()[1][1:-1].strip()
            self.place += 1
            match = PART.fullmatch(inside)
            if match is None or match["more"]:
                raise NotCompared("a smart variable in it depends on more than the export")
            parts.append(Part(match["name"], (match["code"] or "").strip()))
        return Reference(tuple(parts))


def references_in(node: Node) -> list[Reference]:
    """Return every reference of a tree."""
    if isinstance(node, Reference):
        return [node]
    if isinstance(node, Call):
        return [found for inner in node.given for found in references_in(inner)]
    if isinstance(node, Operation):
        return [*references_in(node.left), *references_in(node.right)]
    return []
