"""The parameters ``filter`` and ``receiver`` of Alertmanager's API."""

import re
from collections.abc import Iterable

from alerts.alertmanager.rules.refusals import Sentence
from alerts.matching import Matcher, compile_pattern, parse_matcher

_CLASSIC = re.compile(r"\s*[a-zA-Z_:][a-zA-Z0-9_:]*\s*(=~|!=|!~|=)", re.DOTALL)


def read_filters(texts: Iterable[str]) -> tuple[Matcher, ...]:
    """One matcher for each parameter; Sentence when one of them is none."""
    return tuple(_matcher(text) for text in texts)


def _matcher(text: str) -> Matcher:
    if not _CLASSIC.match(text):
        raise Sentence(f"bad matcher format: {text}")
    try:
        return parse_matcher(text)
    except ValueError as error:
        raise Sentence(str(error)) from error


def read_receiver(text: str) -> re.Pattern[str] | None:
    """A regular expression for a whole name, None without one; Sentence when it is none."""
    if not text:
        return None
    try:
        return compile_pattern(text)
    except ValueError as error:
        raise Sentence(f"failed to parse receiver param: {error}") from error


def has_all(matchers: Iterable[Matcher], wanted: Iterable[Matcher]) -> bool:
    """Whether a silence passes a filter: each wanted matcher is one of its own, word for word."""
    return set(wanted) <= set(matchers)
