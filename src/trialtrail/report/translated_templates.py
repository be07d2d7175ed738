"""Templates in another language: what they say is found and replaced as they are loaded.

Nobody marks a text. The words between the tags of an element are one phrase, with the Jinja
expressions among them (``Difference ({{ level }} interval)``), so that a translation may order them
anew; and so are the words of a macro that is part of a sentence, and the attributes that are read
aloud. An element whose phrase is not translated is marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from jinja2 import Environment, nodes
from jinja2.ext import Extension

from trialtrail.report.languages import ENGLISH, Language

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
PLACE = re.compile("\ue000(\\d+)\ue001")
"""Stands for a piece of Jinja while tags are looked for: it may hold signs of tags itself."""
LABELS = ("th", "dt", "caption", "h1", "h2", "h3", "h4", "summary", "figcaption", "label", "button")
"""Elements whose words are labels; those of the others are sentences."""
SENTENCES = ("p", "li", "dd", "td")
WITHIN = ("strong", "em", "span", "code", "a")
"""Elements whose words are a phrase where they stand in none of the above."""
READ_ALOUD = re.compile(r'(\s(?:aria-label|alt|data-title)=")([^"<>]+)(")')
WORDS = re.compile(r"[A-Z][a-z’]+(?:[ ,.:;].*)?$|\w+[,;:]? .*\w", re.DOTALL)
"""A text for readers, not a name of a table or column."""
BLOCK = re.compile(r"<(?:table|thead|tbody|div|ul|ol|p|figure|blockquote)\b")
"""What is no part of a sentence."""
LETTER = re.compile(r"[^\W\d_]")
TAG_OR_ENTITY = re.compile(r"<[^>]*>|&\w+;")
DOCUMENT = re.compile(r'(<html\b[^>]*\blang=")[^"]*(")')


@dataclass(frozen=True)
class Found:
    """A phrase of a template.

    Attributes:
        phrase: its words, with what of Jinja stands among them, in single spaces.
        kind: the element in which it stands, `macro` or `attribute`.
    """

    phrase: str
    kind: str

    @property
    def is_label(self) -> bool:
        """Tell whether it is a label, which each language that ships must have."""
        return self.kind in (*LABELS, "attribute")


def phrases_of(source: str) -> list[Found]:
    """Return the phrases of a template in their order."""
    found: list[Found] = []

    def keep(phrase: str, kind: str) -> None:
        found.append(Found(phrase, kind))

    _replaced(source, keep)
    return found


def constants_of(source: str) -> list[str]:
    """Return the phrases that a template gives to macros or prints from an expression.

    They are texts with words in them, outside the phrases of `phrases_of`; the parts of a longer
    text, which begin or end with a space, are none.
    """

    class Empty(Language):
        def say(self, phrase: str) -> str:
            return " "

    environment = Environment(extensions=["jinja2.ext.loopcontrols"])
    tree = environment.parse(_replaced(source, None, Empty()))
    return list(dict.fromkeys(_constants(tree)))


def _constants(node: nodes.Node) -> Iterator[str]:
    """Yield the texts that may be printed: none that something is compared with."""
    if isinstance(node, nodes.Const):
        text = node.value
        if isinstance(text, str) and text == text.strip() and WORDS.match(text):
            yield text
    if isinstance(node, nodes.Concat):
        yield from (text for text in _joined(node) if WORDS.match(text))
    if isinstance(node, nodes.Compare | nodes.Test | nodes.Getitem | nodes.Keyword):
        return
    if isinstance(node, nodes.Filter):
        yield from _constants(node.node) if node.node else ()
        return
    if isinstance(node, nodes.Pair):
        yield from _constants(node.value)
        return
    asked = ("test",) if isinstance(node, nodes.If | nodes.CondExpr) else ()
    for child in node.iter_child_nodes(exclude=asked):
        yield from _constants(child)


def _joined(node: nodes.Concat) -> list[str]:
    """Return the texts that parts put together give; none where a part is neither text nor name."""
    parts = []
    for each in node.nodes:
        choices = [each.expr1, each.expr2] if isinstance(each, nodes.CondExpr) else [each]
        texts = [_alone(choice) for choice in choices]
        if None in texts:
            return []
        parts.append(texts)
    return ["".join(chosen) for chosen in product(*parts)]


def _alone(node: nodes.Node | None) -> str | None:
    """Return a text, or a name as a template prints it; None of all else."""
    if node is None:
        return ""
    if isinstance(node, nodes.Const):
        return str(node.value)
    return f"{{{{ {node.name} }}}}" if isinstance(node, nodes.Name) else None


def in_language(source: str, language: Language) -> str:
    """Return a template in a language; as many lines as before, so that places in it hold."""
    return DOCUMENT.sub(rf"\g<1>{language.tag}\g<2>", _replaced(source, None, language))


def _replaced(
    source: str,
    keep: Callable[[str, str], None] | None = None,
    language: Language | None = None,
) -> str:
    pieces: list[str] = []

    def hide(match: re.Match[str]) -> str:
        pieces.append(match[0])
        return f"\ue000{len(pieces) - 1}\ue001"

    def shown(text: str) -> str:
        return PLACE.sub(lambda match: pieces[int(match[1])], text)

    def put_away(text: str) -> str:
        pieces.append(shown(text))
        return f"\ue000{len(pieces) - 1}\ue001"

    def say(inner: str, kind: str) -> str | None:
        """Return the phrase in the language; None where it has it not."""
        phrase = " ".join(shown(inner).split())
        if keep:
            keep(phrase, kind)
        said = language.say(phrase) if language else ""
        return said + "\n" * shown(inner).count("\n") if said else None

    def of_element(match: re.Match[str]) -> str:
        tag, given, inner = match[1], match[2], match[3]
        if not _has_words(inner):
            return match[0] if tag in WITHIN else put_away(match[0])
        said = say(inner, tag)
        if said is not None:
            return put_away(f"<{tag}{given}>{said}</{tag}>")
        foreign = "" if re.search(r"\slang=", given) else f' lang="{ENGLISH}"'
        return put_away(f"<{tag}{given}{foreign}>{inner}</{tag}>")

    def of_attribute(match: re.Match[str]) -> str:
        said = say(match[2], "attribute") if _has_words(match[2]) else None
        return match[1] + (said if said is not None else match[2]) + match[3]

    text = JINJA.sub(hide, source)
    text = READ_ALOUD.sub(of_attribute, text)
    text = _innermost((*LABELS, *SENTENCES)).sub(of_element, text)
    text = "".join(_macros(text, pieces, say, put_away, shown))
    text = _innermost(WITHIN).sub(of_element, text)
    while PLACE.search(text):
        text = shown(text)
    return text


def _has_words(inner: str) -> bool:
    return bool(LETTER.search(TAG_OR_ENTITY.sub("", PLACE.sub("", inner))))


def _innermost(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches an element of these names that holds no other of them."""
    either = "|".join(names)
    return re.compile(
        rf"<({either})((?:[\s\ue000][^<>]*)?)>((?:(?!<(?:{either})[\s>\ue000]).)*?)</\1>", re.DOTALL
    )


def _macros(
    text: str,
    pieces: list[str],
    say: Callable[[str, str], str | None],
    put_away: Callable[[str], str],
    shown: Callable[[str], str],
) -> Iterator[str]:
    """Yield the text with the bodies of macros that are words without an element of their own."""
    begun: int | None = None
    place = 0
    for match in PLACE.finditer(text):
        piece = pieces[int(match[1])]
        if re.match(r"\{%-?\s*macro\b", piece):
            begun = match.end()
        elif begun is not None and re.match(r"\{%-?\s*endmacro\b", piece):
            body = text[begun : match.start()]
            if _has_words(body) and not BLOCK.search(shown(body)):
                said = say(body, "macro")
                yield text[place:begun]
                english = f"{{% filter in_english %}}{body}{{% endfilter %}}"
                yield put_away(english if said is None else said)
                place = match.start()
            begun = None
    yield text[place:]


def translated(environment: Environment, language: Language) -> None:
    """Let an environment load its templates in a language."""
    environment.filters["in_english"] = language.in_english
    environment.filters["said"] = lambda text: language.say(str(text)) or text
    if not language.catalog:
        return

    class Translated(Extension):
        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
            return in_language(source, language) if (name or "").endswith(".j2") else source

    environment.add_extension(Translated)
    # A noun begins with a capital wherever it stands.
    environment.filters["lower_first"] = lambda text: text
