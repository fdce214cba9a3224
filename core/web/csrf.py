"""Form tokens against cross-site requests.

The token of a page is a digest of the visitor's secret cookie under a fresh mask: every page shows
another text (compression then betrays nothing), and nothing has to be stored.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from http import HTTPStatus

from flask import request

from core.auth.secrets import new_secret
from core.errors import AppError
from core.web.context import visit
from core.web.cookies import VISITOR, set_cookie

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class BadFormToken(AppError):
    """The request did not come from one of our own pages, or the page is too old."""

    status = HTTPStatus.FORBIDDEN
    code = "bad_form_token"


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _plain(secret: str) -> bytes:
    return hmac.digest(secret.encode("utf-8", "surrogateescape"), b"form token", hashlib.sha256)


def make_token(secret: str) -> str:
    """A masked form token for the holder of ``secret``."""
    mask = secrets.token_bytes(32)
    return base64.urlsafe_b64encode(mask + _xor(mask, _plain(secret))).decode()


def is_token_of(token: str, secret: str) -> bool:
    """Whether the token was made for that secret; in constant time."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return len(raw) == 64 and hmac.compare_digest(_xor(raw[:32], raw[32:]), _plain(secret))


def csrf_token() -> str:
    """The token for a form of this page; a visitor without any cookie gets one."""
    here = visit()
    if here.secret is None:
        here.secret = new_secret()
        set_cookie(VISITOR, here.secret)
    return make_token(here.secret)


def check() -> None:
    """Raise BadFormToken unless the request carries the token of its own visitor."""
    secret = visit().secret
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if foreign or secret is None or not is_token_of(given, secret):
        raise BadFormToken(
            "This form is too old or came from another site. Load the page again and retry."
        )
