"""gzip for answers that are text and worth it; the server itself does not compress."""

import gzip

from flask import Response, request

SMALLEST = 1024
LEVEL = 4
_TEXTS = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)


def accepts_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def compress(response: Response) -> None:
    """Compress the body in place; streams, small and already encoded bodies stay as they are."""
    if response.mimetype not in _TEXTS or response.direct_passthrough or response.is_streamed:
        return
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or response.status_code in (204, 206, 304):
        return
    body = response.get_data()
    if len(body) < SMALLEST or not accepts_gzip():
        return
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
