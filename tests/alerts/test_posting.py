import json
import socket
import threading

import pytest

from alerts.posting import Post, post
from core.errors import ProviderError
from tests.alerts.support import REAL, Answer, answering


def send(url: str, timeout: float = 5.0) -> str:
    return post(Post(url, b"{}", {"Content-Type": "application/json"}, timeout), REAL).text


def refused(answer: Answer) -> ProviderError:
    with answering(answer) as provider, pytest.raises(ProviderError) as caught:
        send(provider.url)
    return caught.value


def test_messages_share_a_connection() -> None:
    with answering(Answer(body="ok"), keep_alive=True) as provider:
        assert [send(provider.url) for _ in range(5)] == ["ok"] * 5
        assert len({request.port for request in provider.requests}) == 1


def test_a_connection_that_the_provider_closed_is_replaced() -> None:
    with answering(Answer(headers={"Connection": "close"}), keep_alive=True) as provider:
        send(provider.url)
        send(provider.url)
    assert len({request.port for request in provider.requests}) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (json.dumps({"code": 21211, "message": "The number is not valid"}), "not valid"),
        (json.dumps({"status": "invalid event", "errors": ["severity is missing"]}), "severity"),
        ("no such tenant", "no such tenant"),
    ],
)
def test_a_refusal_says_what_the_provider_said(body: str, said: str) -> None:
    assert said in str(refused(Answer(400, body)))


def test_a_page_is_no_reason() -> None:
    assert str(refused(Answer(502, "<html>Bad gateway</html>"))) == "HTTP 502"


def test_an_endless_answer_is_cut() -> None:
    with answering(Answer(body="x" * 300_000), keep_alive=True) as provider:
        assert len(send(provider.url)) == 65_536


def test_a_dripping_answer_ends_with_its_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not over.wait(0.02):
                connection.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        assert len(send(f"http://127.0.0.1:{listener.getsockname()[1]}/", 0.2)) < 100
    finally:
        over.set()
        thread.join()
        listener.close()


def test_no_address_is_final() -> None:
    with pytest.raises(ProviderError) as caught:
        send("http://[::1/")
    assert caught.value.permanent
