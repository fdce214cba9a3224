"""The live parts of the boards as HTML.

They hold nothing of the reader but his scope, so each is rendered once for a board and then shown
to everybody who has that board: a page costs its frame.
"""

from dataclasses import dataclass, replace

from flask import render_template, url_for
from markupsafe import Markup

from core.web import query
from core.web.context import now
from dashboards.access import watch
from dashboards.board import Board
from dashboards.charts.unscheduled import Frame, Point, by_half_hour
from dashboards.map.svg import marks_svg
from dashboards.rules import LABELS, Standing, is_late
from dashboards.table import SORTS, Selection, tabulate
from dashboards.words import minutes_words


@dataclass(frozen=True)
class Question:
    """Which rows of the table are asked for, and on which page (``endpoint``) they are shown."""

    endpoint: str
    selection: Selection
    page: int

    @property
    def args(self) -> dict[str, str]:
        """The query string that asks for the same again."""
        return {**self.selection.args(), **({"page": str(self.page)} if self.page > 1 else {})}

    @property
    def key(self) -> str:
        return f"{self.endpoint} {sorted(self.args.items())}"


def question(endpoint: str) -> Question:
    """What the query string asks for; Invalid names what is not understood."""
    state = query.choice("state", [standing.value for standing in Standing])
    selection = Selection(
        q=query.words("q", most=100),
        esc=query.words("esc"),
        level=query.words("level", most=40),
        tier=query.number("tier", 0, most=9) or None,
        state=Standing(state) if state else None,
        sort=query.choice("sort", SORTS, "worst"),
        reverse=bool(query.choice("reverse", ["1"])),
    )
    return Question(endpoint, selection, query.number("page", 1, least=1, most=10_000))


def tiles(board: Board, endpoint: str) -> Markup:
    """The figures at the top; ages in them count minutes."""

    def render() -> str:
        made = board.tiles(now())
        opened = made.oldest_unanswered_at
        waited = minutes_words(now() - opened) if opened else ""
        return _render("tiles", tiles=made, endpoint=endpoint, waited=waited)

    return Markup(board.keep(f"tiles {now():%H:%M} {endpoint}", render))


def as_of(board: Board) -> Markup:
    """When the figures were measured, with a warning when that is long ago."""
    return Markup(
        _render("as_of", measured_at=board.measured_at, late=is_late(board.measured_at, now()))
    )


def rows(board: Board, asked: Question) -> Markup:
    """One page of the table."""

    def render() -> str:
        table = tabulate(board.rows, asked.selection, asked.page)
        return _render("schools", table=table, endpoint=asked.endpoint, watch=watch())

    return Markup(board.keep(f"rows {asked.key}", render))


def filters(board: Board, asked: Question) -> Markup:
    """The form that asks for other rows."""
    first = replace(asked, page=1)

    def render() -> str:
        return _render(
            "filters",
            selection=asked.selection,
            choices=board.choices,
            labels=LABELS,
            endpoint=asked.endpoint,
        )

    return Markup(board.keep(f"filters {first.key}", render))


def curve_table(board: Board) -> Markup:
    """The day's curve as a table."""

    def render() -> str:
        points = by_half_hour(points_of(board), frame_of(board))
        return _render("curve", curve=points, measured_at=board.measured_at)

    return Markup(board.keep("curve", render))


def map_of(board: Board) -> Markup:
    """The map of the schools."""

    def render() -> str:
        base = url_for("schools.index") + "/"
        marks = marks_svg(board.drawing, base)
        return _render("map", drawing=board.drawing, labels=LABELS, marks=marks)

    return Markup(board.keep("map", render))


def points_of(board: Board) -> list[Point]:
    return [Point(moment.at, moment.unscheduled) for moment in board.series]


def frame_of(board: Board) -> Frame:
    return Frame(watch().zone, board.limit_applies_at)


def _render(name: str, **context: object) -> str:
    return render_template(f"dashboards/parts/{name}.html", **context)
