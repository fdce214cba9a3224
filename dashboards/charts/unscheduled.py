"""Students without a complete schedule through the day, for the district or for one school.

Colours are names of CSS variables (``--line``): the browser fills them in, so that one figure
serves the light and the dark page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Figure = dict[str, Any]

FIRST_HOUR = time(6)
LAST_HOUR = time(15)


@dataclass(frozen=True)
class Point:
    """``count`` students at ``at`` (aware UTC)."""

    at: datetime
    count: int


@dataclass(frozen=True)
class Frame:
    """Where the day is drawn: its zone, when the limit starts to apply, and the limit itself.

    ``limit`` is None for the district, which has no limit of its own.
    """

    zone: ZoneInfo
    deadline: datetime | None = None
    limit: int | None = None


def figure(rows: Sequence[Point], frame: Frame) -> Figure:
    """``{data, layout}`` for plotly, times in the frame's zone; rows in order of time."""
    return {
        "data": [_line(rows, frame), _last(rows, frame)],
        "layout": {
            **_LOOK,
            "xaxis": {**_AXIS, "type": "date", **_day(rows, frame), "tickformat": "%H:%M"},
            "yaxis": {**_AXIS, "range": [0, _top(rows, frame)], "tickformat": ",d", "nticks": 5},
            "shapes": _marker_lines(frame),
            "annotations": _marker_words(frame),
        },
    }


def by_half_hour(rows: Sequence[Point], frame: Frame) -> list[tuple[str, int]]:
    """The chart's table: the last count of each half hour, newest first, with its local time."""
    steps: dict[datetime, Point] = {}
    for point in rows:
        local = point.at.astimezone(frame.zone)
        steps[local - timedelta(minutes=local.minute % 30, seconds=local.second)] = point
    shown = sorted(steps.values(), key=lambda point: point.at, reverse=True)
    return [(f"{point.at.astimezone(frame.zone):%H:%M}", point.count) for point in shown]


def _line(rows: Sequence[Point], frame: Frame) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_local(point.at, frame) for point in rows],
        "y": [point.count for point in rows],
        "line": {"color": "--chart-line", "width": 2.5},
        "fill": "tozeroy",
        "fillcolor": "--chart-fill",
        "hovertemplate": "%{y:,} at %{x|%H:%M}<extra></extra>",
    }


def _last(rows: Sequence[Point], frame: Frame) -> Figure:
    """A dot and the count at the line's end, so that nobody has to read it off the axis."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [_local(point.at, frame) for point in rows[-1:]],
        "y": [point.count for point in rows[-1:]],
        "text": [f"{point.count:,}" for point in rows[-1:]],
        "textposition": "top center",
        "textfont": {"size": 15, "color": "--chart-text"},
        "marker": {"size": 9, "color": "--chart-line"},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _day(rows: Sequence[Point], frame: Frame) -> Figure:
    """From early morning to afternoon, so that the axis stands still while the day goes on."""
    seen = [point.at for point in rows] or ([frame.deadline] if frame.deadline else [])
    if not seen:
        return {}
    first, last = seen[0].astimezone(frame.zone), seen[-1].astimezone(frame.zone)
    start = min(first, first.replace(hour=FIRST_HOUR.hour, minute=0, second=0, microsecond=0))
    end = first.replace(hour=LAST_HOUR.hour, minute=0, second=0, microsecond=0)
    return {"range": [_plain(start), _plain(max(end, last + timedelta(minutes=20)))]}


def _top(rows: Sequence[Point], frame: Frame) -> float:
    highest = max([point.count for point in rows], default=0)
    return max(highest, 1.5 * (frame.limit or 0), 4) * 1.18


def _marker_lines(frame: Frame) -> list[Figure]:
    lines: list[Figure] = []
    if frame.deadline is not None:
        x = _local(frame.deadline, frame)
        line = {"color": "--chart-marker", "width": 1.5, "dash": "dot"}
        lines.append(
            {
                "type": "line",
                "xref": "x",
                "yref": "paper",
                "x0": x,
                "x1": x,
                "y0": 0,
                "y1": 1,
                "line": line,
            }
        )
    if frame.limit is not None:
        level = {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1}
        line = {"color": "--chart-limit", "width": 1.5, "dash": "dash"}
        lines.append({**level, "y0": frame.limit, "y1": frame.limit, "line": line})
    return lines


def _marker_words(frame: Frame) -> list[Figure]:
    words: list[Figure] = []
    if frame.deadline is not None:
        local = frame.deadline.astimezone(frame.zone)
        place = {"xref": "x", "yref": "paper", "x": _plain(local), "y": 1, "xanchor": "left"}
        words.append(
            {**_WORDS, **place, "yanchor": "top", "text": f"{local:%H:%M}: the limit applies"}
        )
    if frame.limit is not None:
        place = {"xref": "paper", "yref": "y", "x": 1, "y": frame.limit, "xanchor": "right"}
        words.append({**_WORDS, **place, "yanchor": "bottom", "text": f"limit {frame.limit}"})
    return words


def _local(at: datetime, frame: Frame) -> str:
    return _plain(at.astimezone(frame.zone))


def _plain(local: datetime) -> str:
    """Plotly shows a date without a zone as it is written."""
    return f"{local:%Y-%m-%dT%H:%M:%S}"


_LOOK: Figure = {
    "margin": {"l": 44, "r": 16, "t": 8, "b": 28},
    "showlegend": False,
    "hovermode": "x",
    "dragmode": False,
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"family": "inherit", "size": 13, "color": "--chart-muted"},
    "hoverlabel": {"bgcolor": "--chart-hover", "font": {"color": "--chart-text"}},
}
_AXIS: Figure = {
    "fixedrange": True,
    "gridcolor": "--chart-grid",
    "linecolor": "--chart-grid",
    "zeroline": False,
    "automargin": False,
}
_WORDS: Figure = {
    "showarrow": False,
    "font": {"size": 12, "color": "--chart-muted"},
    "xshift": 4,
}
