"""The board of whoever asks: loaded once for all, cut down to what the reader may see."""

from datetime import datetime

from flask import current_app, request

from core.auth.actor import Actor
from core.runtime import Runtime
from core.web.context import actor, now, runtime
from core.web.work import reading
from dashboards.board import Board
from dashboards.queries import Watch, load_board, read_stamp, watch_of
from dashboards.snapshot import Look, Shelf, SnapshotCache, Stamp
from sis.organizations.queries import school_ids_for

EXTENSION = "bellwether.dashboards.snapshot"


def snapshots() -> SnapshotCache:
    """The cache of this process."""
    found: SnapshotCache = current_app.extensions[EXTENSION]
    return found


def watch() -> Watch:
    """What this installation's boards look at."""
    return watch_of(runtime().settings)


def board() -> Board:
    """The board of the request's actor; a live part asks for it as it is at this moment."""
    return board_for(actor(), fresh="X-Live" in request.headers)


def board_for(reader: Actor, *, fresh: bool) -> Board:
    """The whole district, or the schools in the reader's scope."""
    whole = snapshots().get(_look(runtime(), watch(), now(), snapshots().shelf), fresh=fresh)
    if reader.scope is None:
        return whole
    with reading() as session:
        ids = school_ids_for(session, reader)
    return whole if ids is None else whole.cut(ids)


def _look(host: Runtime, look_at: Watch, moment: datetime, shelf: Shelf) -> Look:
    """How the cache looks at the stamp, and loads the board when it moved."""

    def look(known: Stamp | None) -> tuple[Stamp, Board | None]:
        with host.database.read() as session:
            stamp = {**read_stamp(session), "day": moment.astimezone(look_at.zone).date()}
            if stamp == known:
                return stamp, None
            return stamp, load_board(session, look_at, moment, stamp=stamp, shelf=shelf)

    return look
