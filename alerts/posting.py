"""HTTP POST to a provider, over connections that stay open from one message to the next."""

import atexit
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import httpx

from alerts.retry_after import parse_retry_after
from core.clock import monotonic
from core.errors import ProviderError

_WORTH_ANOTHER_TRY = {408, 425, 429}
_LONGEST_ANSWER = 64 * 1024
_LONGEST_REASON = 300
USER_AGENT = "Bellwether"
_IDLE_SECONDS = 30.0


@dataclass(frozen=True)
class Post:
    """One request: ``body`` as it goes over the line, and seconds to wait for its answer."""

    url: str
    body: bytes
    headers: dict[str, str]
    timeout: float
    auth: tuple[str, str] | None = None


@dataclass(frozen=True)
class Answered:
    """A 2xx answer; ``text`` is its beginning, at most 64 KB of it."""

    status: int
    text: str

    def field(self, name: str) -> str:
        """A text of a JSON object, empty when the answer has none."""
        found = _json_object(self.text).get(name)
        return found if isinstance(found, str) else ""


class Refused(ProviderError):
    """The provider answered, and not with 2xx."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message, **more)
        self.status = status


@cache
def _client() -> httpx.Client:
    """One for the whole process: it may be used by several threads at once."""
    limits = httpx.Limits(max_connections=None, keepalive_expiry=_IDLE_SECONDS)
    client = httpx.Client(limits=limits, headers={"User-Agent": USER_AGENT})
    atexit.register(client.close)
    return client


def post(request: Post, now: datetime) -> Answered:
    """Send it; ``now`` is the machine's time.

    Raises ProviderError: worth another try without an answer and (as Refused) for 408, 425, 429 and
    5xx (with the provider's ``Retry-After``), permanent for every other answer that is not 2xx.
    """
    try:
        with _client().stream(
            "POST",
            request.url,
            content=request.body,
            headers=request.headers,
            timeout=request.timeout,
            auth=request.auth,
        ) as answer:
            text = _beginning(answer, monotonic() + request.timeout)
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise ProviderError(f"no answer ({type(error).__name__}: {error})") from error
    except httpx.InvalidURL as error:
        raise ProviderError(f"no address: {error}", permanent=True) from error
    if answer.is_success:
        return Answered(answer.status_code, text)
    raise _refusal(answer, text, now)


def _beginning(answer: httpx.Response, deadline: float) -> str:
    """The answer's text; an endless or dripping one is cut, and its connection not used again."""
    found = bytearray()
    for part in answer.iter_bytes():
        found += part
        if len(found) > _LONGEST_ANSWER or monotonic() > deadline:
            break
    return found[:_LONGEST_ANSWER].decode(errors="replace")


def _refusal(answer: httpx.Response, text: str, now: datetime) -> Refused:
    again = answer.status_code >= 500 or answer.status_code in _WORTH_ANOTHER_TRY
    wait = parse_retry_after(answer.headers.get("Retry-After"), now) if again else None
    reason = _reason(text)
    said = f"HTTP {answer.status_code}: {reason}" if reason else f"HTTP {answer.status_code}"
    return Refused(answer.status_code, said, permanent=not again, retry_after=wait)


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _reason(text: str) -> str:
    """What a refusal says in words: the usual fields of JSON, or plain text; never a page."""
    body = _json_object(text)
    found = [body[name] for name in ("message", "error", "errors", "detail") if body.get(name)]
    if not found and not text.lstrip().startswith(("<", "{", "[")):
        found = [text]
    words = [part if isinstance(part, str) else json.dumps(part) for part in found]
    return " ".join("; ".join(words).split())[:_LONGEST_REASON]
