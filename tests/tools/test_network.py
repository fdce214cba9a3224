"""The guard that keeps the suite on this machine."""

import socket

import httpx
import pytest

from tests.support.network import NetworkBlocked
from tests.support.server import free_port


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_connection_to_another_machine_is_refused(host: str) -> None:
    with pytest.raises(NetworkBlocked, match=host):
        socket.create_connection((host, 80), timeout=1)


def test_a_datagram_to_another_machine_is_refused() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(NetworkBlocked),
    ):
        sender.sendto(b"hello", ("192.0.2.1", 53))


def test_looking_up_a_public_name_is_refused() -> None:
    with pytest.raises(NetworkBlocked, match=r"example\.com"):
        httpx.get("http://example.com/")


def test_a_name_that_never_exists_is_not_found() -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get("http://school.invalid/")


def test_loopback_is_open() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("localhost", free_port()), timeout=5)
