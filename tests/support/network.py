"""The suite may talk to this machine only.

A Python audit hook sees every connection before it is made, whichever library makes it.
"""

import socket
import sys
from ipaddress import ip_address


class NetworkBlocked(AssertionError):
    """A test tried to leave the machine."""


def allow_loopback_only() -> None:
    """From now on until the process ends; an audit hook cannot be taken out again."""
    sys.addaudithook(_refuse_others)


def is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not host or host == "localhost":
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return str(host).endswith(".localhost")


def _refuse_others(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise NetworkBlocked(f"{event} to {address[0]}: tests talk to loopback only")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _refuse_name(arguments[0])


def _refuse_name(host: object) -> None:
    if str(host).endswith(".invalid"):  # reserved never to exist; no resolver has to be asked
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if not is_loopback(host) and host != socket.gethostname():
        raise NetworkBlocked(f"{host!r} was looked up: tests talk to loopback only")
