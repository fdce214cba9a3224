"""What an alert is, and what a report about it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_SEPARATOR = b"\xff"


class Status(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"


class EventKind(StrEnum):
    """What can happen to an alert."""

    FIRING = "firing"
    RESOLVED = "resolved"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    ESCALATED = "escalated"
    COMMENTED = "commented"


class Severity(StrEnum):
    """Worst first."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


_RANKS = {severity.value: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class AlertChange:
    """A report: these labels fire, or have stopped, ``at`` this time in the district.

    ``labels`` are the identity: ``alertname``, ``severity``, ``service``, and ``school`` (the
    school's sourced id) when it is about one school. ``annotations`` may change while it fires:
    ``summary`` (one line), ``value`` (a number; higher is worse), ``path`` (a page of this
    service), ``group_summary`` and ``group_resolved`` (a sentence for several such alerts, with
    ``{count}``).

    ``starts_at`` and ``ends_at`` are when it began and stopped, if not ``at``. Without another
    report it is resolved at ``expires_at``; ``times_out`` says that nobody asked for that end: it
    is only how long a reporter may be silent. ``generator_url`` is where the alert comes from.
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    status: str
    at: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    expires_at: datetime | None = None
    times_out: bool = False
    generator_url: str = ""

    def __post_init__(self) -> None:
        if not any(self.labels.values()):
            raise ValueError("an alert needs at least one label that is not empty")
        Status(self.status)

    @cached_property
    def fingerprint(self) -> str:
        """Of its labels."""
        return fingerprint(self.labels)


@dataclass(frozen=True)
class AlertState:
    """What is known of one alert: one episode, from ``starts_at`` until ``ends_at``."""

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    status: str
    starts_at: datetime
    ends_at: datetime | None
    updated_at: datetime
    expires_at: datetime | None = None
    times_out: bool = False
    generator_url: str = ""


def fingerprint(labels: Mapping[str, str]) -> str:
    """FNV-1a 64 over the sorted labels (name, 0xFF, value, 0xFF) as 16 hexadecimal digits.

    The same as Prometheus and Alertmanager; labels with an empty value do not count.
    """
    value = _FNV_OFFSET
    for name, text in sorted(labels.items()):
        if not text:
            continue
        for byte in name.encode() + _SEPARATOR + text.encode() + _SEPARATOR:
            value = ((value ^ byte) * _FNV_PRIME) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def merge(known: AlertState | None, change: AlertChange) -> AlertState | None:
    """The state after the change, or None when the change says nothing new.

    As in Alertmanager: the newer report's annotations win, the earliest start of an episode
    stays, a later end that was asked for beats one that only times out, and a report from before
    the known one is discarded.
    """
    if known is None or known.status == Status.RESOLVED:
        if change.status == Status.RESOLVED or (known is not None and _is_stale(known, change)):
            return None
        return _new_episode(change)
    if change.at < known.updated_at:
        return None
    if change.status == Status.RESOLVED:
        return replace(
            known,
            status=Status.RESOLVED,
            annotations=change.annotations or known.annotations,
            ends_at=change.ends_at or change.at,
            updated_at=change.at,
            expires_at=None,
            times_out=False,
        )
    return _new_episode(change) if _lapsed(known, change) else _prolonged(known, change)


def is_news(known: AlertState | None, merged: AlertState) -> bool:
    """Whether the alert began to fire, fires again or was resolved."""
    return known is None or known.status != merged.status or known.starts_at < merged.starts_at


def _is_stale(known: AlertState, change: AlertChange) -> bool:
    return known.ends_at is not None and change.at < known.ends_at


def _lapsed(known: AlertState, change: AlertChange) -> bool:
    """Whether the known episode had ended by itself before the reported one began."""
    return known.expires_at is not None and known.expires_at < (change.starts_at or change.at)


def _prolonged(known: AlertState, change: AlertChange) -> AlertState | None:
    expires_at, times_out = change.expires_at, change.times_out
    asked_for_later = not known.times_out and _ends_later(known.expires_at, expires_at)
    if asked_for_later:
        expires_at, times_out = known.expires_at, False
    merged = replace(
        known,
        annotations=change.annotations,
        starts_at=min(known.starts_at, change.starts_at or known.starts_at),
        updated_at=change.at,
        expires_at=expires_at,
        times_out=times_out,
        generator_url=change.generator_url or known.generator_url,
    )
    same = dict(merged.annotations) == dict(known.annotations)
    return None if same and replace(merged, updated_at=known.updated_at) == known else merged


def _ends_later(one: datetime | None, other: datetime | None) -> bool:
    """None is no end at all."""
    return other is not None and (one is None or one > other)


def _new_episode(change: AlertChange) -> AlertState:
    labels = {name: text for name, text in change.labels.items() if text}
    return AlertState(
        fingerprint=change.fingerprint,
        labels=labels,
        annotations=change.annotations,
        status=Status.FIRING,
        starts_at=change.starts_at or change.at,
        ends_at=None,
        updated_at=change.at,
        expires_at=change.expires_at,
        times_out=change.times_out,
        generator_url=change.generator_url,
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def badness(labels: Mapping[str, str], annotations: Mapping[str, str]) -> tuple[int, float, str]:
    """A sort key, worst first: severity, then value, then the summary's alphabet."""
    rank = _RANKS.get(labels.get("severity", ""), len(_RANKS))
    return (rank, -_number(annotations.get("value", "")), annotations.get("summary", ""))


def shared(maps: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The labels, or annotations, that all of them have with the same value."""
    first, *rest = maps or [{}]
    return {
        name: text for name, text in first.items() if all(one.get(name) == text for one in rest)
    }
