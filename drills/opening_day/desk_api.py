"""The ticket API as a client sees it."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx

from core.db import JsonDict
from core.errors import ConfigError, Problem, ProviderError

_NOT_NOW = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_NOBODY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_TIMEOUT = httpx.Timeout(15.0, connect=3.0)


class Refused(Exception):
    """The API understood and said no; ``code`` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DeskApi:
    """Tickets at ``base`` (``http://127.0.0.1:8000``), as the holder of ``token``.

    Every call raises ProviderError when it is worth trying again, Refused when it is not, and
    ConfigError when the token is not good enough.
    """

    def __init__(self, base: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=f"{base}/api/v1",
            headers={"Authorization": f"Bearer {token}", "User-Agent": "bellwether-drill"},
            timeout=_TIMEOUT,
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def open_ticket(self, key: str, body: JsonDict) -> JsonDict:
        return self._call("POST", "/tickets", key, {**body, "external_id": key})

    def waiting(self, limit: int) -> list[JsonDict]:
        """The first tickets of the queue that nobody has taken."""
        answer = self._call("GET", f"/tickets?stage=waiting&assignee=none&limit={limit}")
        tickets: list[JsonDict] = answer["tickets"]
        return tickets

    def take(self, key: str, ticket_id: int) -> JsonDict:
        return self._call("POST", f"/tickets/{ticket_id}/take", key)

    def say(self, key: str, ticket_id: int, text: str) -> JsonDict:
        body = {"body": text, "kind": "public"}
        return self._call("POST", f"/tickets/{ticket_id}/messages", key, body)

    def solve(self, key: str, ticket_id: int, answer: str) -> JsonDict:
        return self._call("POST", f"/tickets/{ticket_id}/solve", key, {"answer": answer})

    def _call(
        self, method: str, path: str, key: str | None = None, body: JsonDict | None = None
    ) -> JsonDict:
        headers = {"Idempotency-Key": key} if key is not None else {}
        try:
            response = self._client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise ProviderError(f"{method} {path}: {error}") from error
        return _read(response, f"{method} {path}")


def _read(response: httpx.Response, what: str) -> JsonDict:
    if response.is_success:
        answer: JsonDict = response.json()
        return answer
    if response.status_code in _NOBODY:
        problem = f"{what} was answered with {response.status_code}"
        remedy = "Give BELLWETHER_DRILL_TOKEN a token with tickets.create, .read and .work."
        raise ConfigError([Problem("BELLWETHER_DRILL_TOKEN", problem, remedy)])
    if response.status_code in _NOT_NOW or response.is_server_error:
        wait = response.headers.get("Retry-After", "")
        pause = timedelta(seconds=int(wait)) if wait.isdigit() else None
        raise ProviderError(f"{what}: {response.status_code}", retry_after=pause)
    raise Refused(_code(response))


def _code(response: httpx.Response) -> str:
    try:
        body: Any = response.json()
    except ValueError:
        body = {}
    code = body.get("code") if isinstance(body, dict) else None
    return str(code or response.status_code)
