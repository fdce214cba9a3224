"""What an alert is, and what a report about it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_SEPARATOR = b"\xff"


class Status(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"


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
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    status: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.labels.get("alertname"):
            raise ValueError("an alert needs the label alertname")
        Status(self.status)


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
    stays, and a report from before the known one is discarded.
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
            ends_at=change.at,
            updated_at=change.at,
        )
    if dict(change.annotations) == dict(known.annotations):
        return None
    return replace(known, annotations=change.annotations, updated_at=change.at)


def _is_stale(known: AlertState, change: AlertChange) -> bool:
    return known.ends_at is not None and change.at < known.ends_at


def _new_episode(change: AlertChange) -> AlertState:
    labels = {name: text for name, text in change.labels.items() if text}
    return AlertState(
        fingerprint=fingerprint(labels),
        labels=labels,
        annotations=change.annotations,
        status=Status.FIRING,
        starts_at=change.at,
        ends_at=None,
        updated_at=change.at,
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
