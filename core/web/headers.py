"""Headers on every answer: what browsers may do with it, and how long they may keep it."""

from flask import Response

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Strict: no inline script or style. Charts export themselves as data: and blob: images."""

_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_TWO_YEARS = 63_072_000


def protect(response: Response, *, secure: bool) -> None:
    """Add the security headers, and no-store where the view said nothing about caching."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if secure:
        response.headers.setdefault(
            "Strict-Transport-Security", f"max-age={_TWO_YEARS}; includeSubDomains"
        )
    response.headers.setdefault("Cache-Control", "no-store")
