"""Matchers on labels, in Alertmanager's syntax: ``severity="critical"``, ``school=~"19.*"``.

Both of Alertmanager's parsers are served: label names are bare words or quoted (UTF-8), values bare
or quoted, with or without braces around the list. Where the two disagree on a value the classic
one wins, as it does there: ``\\n``, ``\\"`` and ``\\\\`` are escapes, any other backslash is
literal.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

Op = Literal["=", "!=", "=~", "!~"]
OPS: tuple[Op, ...] = ("=", "!=", "=~", "!~")

LONGEST_PATTERN = 4096
"""Characters of a regular expression."""

_WORD = r'[^\s{}!=~,\\"\'`]+'
_MATCHER = re.compile(
    rf'\s*(?P<name>{_WORD}|"(?:[^"\\]|\\.)*")\s*(?P<op>=~|!=|!~|=)\s*(?P<value>.*?)\s*', re.DOTALL
)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[^,]', re.DOTALL)
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}
_BARE_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{\d*,\})")
_POSIX = {
    "[:alnum:]": "a-zA-Z0-9",
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:lower:]": "a-z",
    "[:upper:]": "A-Z",
    "[:space:]": r"\s",
    "[:word:]": r"\w",
    "[:xdigit:]": "0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label; an absent label counts as empty.

    ``value`` of ``=~`` and ``!~`` is a regular expression for the whole value. ValueError when it
    is none, or when matching it could take exponential time.
    """

    name: str
    op: Op
    value: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a matcher needs the name of a label")
        if self.op not in OPS:
            raise ValueError(f"{self.op!r} is no operator; known are {', '.join(OPS)}")
        if self.is_regex:
            compile_pattern(self.value)

    @property
    def is_regex(self) -> bool:
        return self.op in ("=~", "!~")

    @property
    def is_equal(self) -> bool:
        """Whether it asks for the value, rather than for any other."""
        return self.op in ("=", "=~")

    def accepts(self, value: str) -> bool:
        """Whether a label of this value is matched."""
        if self.is_regex:
            found = compile_pattern(self.value).fullmatch(value) is not None
        else:
            found = value == self.value
        return found is self.is_equal

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels are matched."""
        return self.accepts(labels.get(self.name, ""))

    def __str__(self) -> str:
        name = self.name if _BARE_NAME.fullmatch(self.name) else _quoted(self.name)
        return f"{name}{self.op}{_quoted(self.value)}"


def matches_all(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every matcher matches; none at all match anything."""
    return all(matcher.matches(labels) for matcher in matchers)


@lru_cache(maxsize=4096)
def compile_pattern(text: str) -> re.Pattern[str]:
    """The expression of a matcher; ValueError says what is wrong with it."""
    if len(text) > LONGEST_PATTERN:
        raise ValueError(f"the regular expression is longer than {LONGEST_PATTERN} characters")
    if _repeats_a_repetition(text):
        raise ValueError(
            f"the regular expression {text!r} repeats a group that itself repeats, which could "
            "take forever; write it without the outer or the inner repetition"
        )
    translated = text
    for name, characters in _POSIX.items():
        translated = translated.replace(name, characters)
    try:
        return re.compile(translated.replace("[[", r"[\["))
    except (re.error, OverflowError) as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from error


def _repeats_a_repetition(text: str) -> bool:
    """Whether ``*`` or ``+`` stands behind a group that holds one, as in ``(a+)+``."""
    holds = [False]
    for at, sign in _signs(text):
        if sign == "(":
            holds.append(False)
        elif sign == ")" and len(holds) > 1:
            inner = holds.pop()
            if inner and _REPEATED_GROUP.match(text, at):
                return True
            holds[-1] = holds[-1] or inner
        elif sign in "*+" or re.match(r"\{\d*,\}", text[at:]):
            holds[-1] = True
    return False


def _signs(text: str) -> Iterator[tuple[int, str]]:
    """The characters with a meaning, by place: none that is escaped or in a character class."""
    for found in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(.)", text, re.DOTALL):
        if found[1]:
            yield found.start(), found[1]


def parse_matcher(text: str) -> Matcher:
    """Read one matcher; ValueError says what is wrong."""
    return _parse(text, 0)


def parse_matchers(text: str) -> tuple[Matcher, ...]:
    """Read a list of matchers, separated by commas, with or without braces; ``{}`` is none.

    ValueError says what is wrong, and at which character.
    """
    begins = len(text) - len(text.lstrip())
    inner = text.strip()
    if inner.startswith("{"):
        begins, inner = begins + 1, inner[1:]
    inner = inner.removesuffix("}")
    pieces = list(_pieces(inner))
    if not pieces[-1][1].strip():
        pieces.pop()
    return tuple(_parse(piece, begins + at) for at, piece in pieces)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The parts between commas that are not in quotes, with the place where each begins."""
    begins = at = 0
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            yield begins, text[begins:at]
            begins = at = at + 1
        else:
            at = found.end()
    yield begins, text[begins:]


def _parse(text: str, begins: int) -> Matcher:
    found = _MATCHER.fullmatch(text)
    if found is None:
        at = begins + len(text) - len(text.lstrip()) + 1
        raise ValueError(
            f"at character {at}: {text.strip()!r} is no matcher; write name=value, with one of "
            f"{' '.join(OPS)}"
        )
    name, value = found["name"], found["value"]
    try:
        if name.startswith('"'):
            name = _unquoted(name)
        return Matcher(name, cast(Op, found["op"]), _unquoted(value))
    except ValueError as error:
        raise ValueError(f"at character {begins + found.start('value') + 1}: {error}") from error


def _unquoted(raw: str) -> str:
    quoted = raw.startswith('"')
    body = raw[1:] if quoted else raw
    if quoted:
        if not re.fullmatch(r'(?:[^"\\]|\\.)*"', body, re.DOTALL):
            raise ValueError(f"the quotes of {raw} do not end where the value ends")
        body = body[:-1]
    elif re.search(r'(?<!\\)(?:\\\\)*"', body):
        raise ValueError(f'{raw} has a double quote inside; write it as \\"')
    return re.sub(
        r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), body, flags=re.DOTALL
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def format_matchers(matchers: Iterable[Matcher]) -> str:
    """As Alertmanager writes a list: ``{alertname="Down",school=~"19.*"}``."""
    return "{" + ",".join(str(matcher) for matcher in matchers) + "}"
