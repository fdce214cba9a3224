"""Whether a request comes from a program on this machine."""

from ipaddress import ip_address

from flask import request

from core.web.context import runtime


def is_on_this_machine() -> bool:
    """A forwarded request comes from elsewhere, even if the proxy stands on this machine."""
    proxies = runtime().settings.core.server.trusted_proxies
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if forwarded and not proxies:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
