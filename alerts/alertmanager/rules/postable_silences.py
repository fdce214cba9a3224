"""Silences as amtool posts them (models.PostableSilence of Alertmanager 0.25)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from alerts.alertmanager.rules.refusals import TOO_FEW, Coded, Sentence, missing
from alerts.alertmanager.rules.times import Shift
from alerts.alertmanager.rules.tree import Reader, Tree
from alerts.matching import Matcher, Op
from alerts.silences.rules.state import Draft

READER = Reader("silence")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_REQUIRED = ("comment", "createdBy", "endsAt", "matchers", "startsAt")
_REQUIRED_OF_A_MATCHER = ("isRegex", "name", "value")


@dataclass(frozen=True)
class PostedSilence:
    """``uuid`` is empty for a new one."""

    uuid: str
    draft: Draft


def read_silence(body: bytes, now: datetime, shift: Shift) -> PostedSilence:
    """The body of ``POST /silences``; raises Coded or Sentence.

    ``now`` is the district's time, at which a silence without a start begins.
    """
    if not body.strip():
        raise missing("silence")
    tree = READER.tree(READER.load(body), "Go value", "models.PostableSilence")
    uuid = READER.text(tree.get("id"), "Go struct field .id")
    starts_at, ends_at = _time(tree, "startsAt"), _time(tree, "endsAt")
    matchers = tree.get("matchers")
    if matchers is not None and not isinstance(matchers, list):
        raise READER.mistyped(matchers, "Go struct field Silence.matchers", "models.Matchers")
    for name in _REQUIRED:
        if tree.get(name) is None:
            raise missing(name)
    draft = Draft(
        matchers=_matchers(matchers or []),
        starts_at=shift.ours(starts_at) if starts_at else now,
        ends_at=shift.ours(ends_at) if ends_at else now,
        created_by=READER.text(tree["createdBy"], "Go struct field Silence.createdBy"),
        comment=READER.text(tree["comment"], "Go struct field Silence.comment"),
    )
    return PostedSilence(uuid, draft)


def _time(tree: Tree, name: str) -> datetime | None:
    return READER.time(tree.get(name), f"Go struct field Silence.{name}")


def _matchers(items: list[Any]) -> tuple[Matcher, ...]:
    if not items:
        raise Coded(
            "matchers in body should have at least 1 items",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            TOO_FEW,
        )
    return tuple(_matcher(each, number) for number, each in enumerate(items))


def _matcher(item: Any, number: int) -> Matcher:
    tree = READER.tree(item, "Go struct field .matchers", "models.Matcher")
    for name in _REQUIRED_OF_A_MATCHER:
        if tree.get(name) is None:
            raise missing(f"matchers.{number}.{name}")
    name = READER.text(tree["name"], "Go struct field Matcher.matchers.name")
    value = READER.text(tree["value"], "Go struct field Matcher.matchers.value")
    if not _LABEL_NAME.fullmatch(name):
        raise _invalid(number, f'invalid label name "{name}"')
    try:
        return Matcher(name, _op(tree), value)
    except ValueError as error:
        raise _invalid(number, str(error)) from error


def _invalid(number: int, why: str) -> Sentence:
    return Sentence(f"silence invalid: invalid label matcher {number}: {why}")


def _op(tree: Tree) -> Op:
    equal = _flag(tree, "isEqual", default=True)
    if _flag(tree, "isRegex", default=False):
        return "=~" if equal else "!~"
    return "=" if equal else "!="


def _flag(tree: Tree, name: str, *, default: bool) -> bool:
    value = tree.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise READER.mistyped(value, f"Go struct field Matcher.matchers.{name}", "bool")
    return value


def written_matcher(matcher: Matcher) -> Mapping[str, Any]:
    """As Alertmanager answers it."""
    return {
        "isEqual": matcher.is_equal,
        "isRegex": matcher.is_regex,
        "name": matcher.name,
        "value": matcher.value,
    }
