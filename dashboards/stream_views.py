"""GET /events: the live stream of a page, as server-sent events."""

import os
from collections.abc import Collection, Generator, Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, current_app, request
from flask.sansio.blueprints import BlueprintSetupState

from core.auth.identify import by_cookie, by_token
from core.errors import AppError
from core.runtime import Runtime
from core.service import WORKER_PARENT
from core.web.access import signed_in
from core.web.context import EXTENSION as RUNTIME
from core.web.context import visit
from dashboards.access import EXTENSION as SNAPSHOT
from dashboards.live import Broadcaster, Subscription, TooManyStreams
from dashboards.live_end import close_on_signals
from dashboards.queries import read_stamp
from dashboards.snapshot import SnapshotCache

blueprint = Blueprint("live", __name__)

EXTENSION = "bellwether.dashboards.live"
HEARTBEAT_SECONDS = 15.0
RETRY = timedelta(seconds=5)


class NoStreamFree(AppError):
    """All live streams of this process are in use; the page works without, and tries again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "no_stream_free"
    retry_after = RETRY


@blueprint.get("/events")
@signed_in
def events() -> Response:
    """One event for each topic that changed: ``event: states``, ``tickets`` or ``alerts``.

    A comment comes every 15 seconds. The stream ends when the server does; when the session has
    ended it says ``event: refresh`` first, and the page finds itself signed out.
    """
    try:
        stream = broadcaster().subscribe(_holder(), returning="Last-Event-ID" in request.headers)
    except TooManyStreams as error:
        raise NoStreamFree("All live streams are in use. The page still works.") from error
    response = Response(_Told(broadcaster(), stream), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


class _Told:
    """The body of one stream; closing it, whoever does so, gives the place back."""

    def __init__(self, host: Broadcaster, stream: Subscription) -> None:
        self._host = host
        self._stream = stream
        self._chunks = self._told()

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        self._host.leave(self._stream)
        self._chunks.close()

    def _told(self) -> Generator[bytes]:
        number = 0
        yield f"retry: {RETRY // timedelta(milliseconds=1)}\n\n".encode()
        try:
            while not self._stream.ended:
                topics = self._stream.wait(HEARTBEAT_SECONDS)
                number += 1
                yield _events(number, topics) if topics else b": still here\n\n"
            if not self._host.is_closing:
                yield _events(number + 1, ["refresh"])
        finally:
            self._host.leave(self._stream)


def _events(number: int, topics: Collection[str]) -> bytes:
    return "".join(f"id: {number}\nevent: {topic}\ndata:\n\n" for topic in sorted(topics)).encode()


def _holder() -> str:
    """The proof of identity of this request; it is asked again while the stream is open."""
    here = visit()
    if here.by_cookie:
        return f"cookie {here.secret}"
    authorization = request.authorization
    return f"token {authorization.token if authorization else ''}"


def broadcaster() -> Broadcaster:
    """The one of this process."""
    found: Broadcaster = current_app.extensions[EXTENSION]
    return found


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """One cache and one broadcaster for each application."""
    extensions = state.app.extensions
    cache = extensions[SNAPSHOT] = SnapshotCache()
    live = extensions[EXTENSION] = make_broadcaster(extensions[RUNTIME], cache)
    if WORKER_PARENT in os.environ:
        close_on_signals(live)


def make_broadcaster(host: Runtime, snapshots: SnapshotCache) -> Broadcaster:
    def stamp() -> Mapping[str, object]:
        with host.database.read() as session:
            return read_stamp(session)

    def still_valid(holders: Collection[str]) -> set[str]:
        return {holder for holder in holders if _is_valid(host, holder)}

    limit = host.settings.core.server.sse_limit
    return Broadcaster(stamp, still_valid, snapshots.expire, limit)


def _is_valid(host: Runtime, holder: str) -> bool:
    kind, _, secret = holder.partition(" ")
    identify = by_cookie if kind == "cookie" else by_token
    return identify(host, secret, host.clock.real_now()) is not None
