"""Static files: core's own, and those of a package under its name.

Addresses carry a digest of the content, so browsers keep a file for a year and still never show an
old one.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from flask import Response, current_app, make_response, request, url_for
from werkzeug.security import safe_join

from core.errors import NotFound
from core.web.access import public
from core.web.compression import SMALLEST, accepts_gzip

CORE_FOLDER = Path(__file__).resolve().parent.parent / "static"
_COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".txt"}


@dataclass(frozen=True)
class Asset:
    """A file as it was at ``mtime_ns``, and its gzip form if that is smaller."""

    mtime_ns: int
    digest: str
    kind: str
    body: bytes
    packed: bytes | None


class Assets:
    """Files by their address below /static, each read once and again only when it changes."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = dict(folders)
        self._known: dict[str, Asset] = {}
        self._lock = Lock()

    def find(self, name: str) -> Asset | None:
        path = self._path(name)
        if path is None or not path.is_file():
            return None
        mtime_ns = path.stat().st_mtime_ns
        with self._lock:
            known = self._known.get(name)
            if known is None or known.mtime_ns != mtime_ns:
                known = self._known[name] = _read(path, mtime_ns)
        return known

    def _path(self, name: str) -> Path | None:
        package, _, rest = name.partition("/")
        folder = self._folders.get(package)
        found = safe_join(str(folder or CORE_FOLDER), rest if folder else name)
        return Path(found) if found else None


def _read(path: Path, mtime_ns: int) -> Asset:
    body = path.read_bytes()
    packed = gzip.compress(body, 6, mtime=0) if path.suffix in _COMPRESSIBLE else None
    if packed is not None and (len(body) < SMALLEST or len(packed) >= len(body)):
        packed = None
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or path.suffix == ".js":
        kind += "; charset=utf-8"
    return Asset(mtime_ns, hashlib.sha256(body).hexdigest()[:12], kind, body, packed)


def _assets() -> Assets:
    found: Assets = current_app.extensions["bellwether.assets"]
    return found


def static_url(name: str) -> str:
    """The address of ``bellwether.css``, ``vendor/pico.min.css`` or ``dashboards/map.js``."""
    asset = _assets().find(name)
    return url_for("static", filename=name, v=asset.digest if asset else None)


@public
def send_static(filename: str) -> Response:
    asset = _assets().find(filename)
    if asset is None:
        raise NotFound("There is no such file.")
    packed = asset.packed if accepts_gzip() else None
    response = make_response(packed or asset.body)
    response.headers["Content-Type"] = asset.kind
    if asset.packed is not None:
        response.vary.add("Accept-Encoding")
    if packed is not None:
        response.headers["Content-Encoding"] = "gzip"
    current = request.args.get("v") == asset.digest
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if current else "no-cache"
    )
    response.set_etag(asset.digest + ("-gzip" if packed else ""))
    response.make_conditional(request)
    return response
