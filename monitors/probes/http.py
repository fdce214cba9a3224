"""A web address that must answer.

Asks for `url` and fails when the connection breaks, no complete answer comes within `timeout`,
the status is not `status`, or the answer does not contain the text `body`. It fires after three
failures in a row. With `online_check`, a second address that is up whenever our own network is, a
failure counts as unknown while that one does not answer either: then we are the ones offline.

    probes:
      - name: sign-in-page
        type: http
        url: https://sis.example.org/sign-in
        body: Sign in
        timeout: 10s
"""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, Field

from core.clock import monotonic
from core.durations import Duration
from core.settings import Strict
from monitors.probe import Defaults, Outcome, Result, Tools
from monitors.rules import Policy, Status

LARGEST_BODY = 1_000_000

DEFAULTS = Defaults(
    alert="HttpFailing",
    service="web",
    every=timedelta(minutes=1),
    policy=Policy(attempts=3, clears=2),
)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write a full address such as https://sis.example.org/")
    return text


Address = Annotated[str, AfterValidator(_web_address)]


class Options(Strict):
    """What config.yaml may say of this probe."""

    url: Annotated[Address, Field(description="the address to ask for")]
    status: Annotated[int, Field(ge=100, le=599, description="the status that is right")] = 200
    body: Annotated[str, Field(description="text that the answer must contain")] = ""
    timeout: Annotated[
        Duration, Field(ge=timedelta(seconds=1), description="longest time to a whole answer")
    ] = timedelta(seconds=10)
    online_check: Annotated[
        Address | None, Field(description="asked when this fails: no answer means we are offline")
    ] = None


def run(tools: Tools[Options]) -> Outcome:
    """One request; redirects are not followed."""
    options = tools.options
    started = monotonic()
    wrong = _what_is_wrong(options)
    elapsed = round((monotonic() - started) * 1000)
    status = Status.FAIL if wrong else Status.OK
    if wrong and options.online_check and not _answers(options.online_check, options):
        status, wrong = Status.UNKNOWN, "our own network is offline"
    limit = round(options.timeout.total_seconds() * 1000)
    said = wrong or f"answered in {elapsed} ms"
    result = Result(
        subject=tools.name,
        title=tools.name,
        status=status,
        value=elapsed,
        threshold=limit,
        fresh_at=tools.now,
        summary=f"{tools.name}: {said}",
        note=wrong,
    )
    return Outcome((result,), group_summary="{count} addresses fail")


def _what_is_wrong(options: Options) -> str:
    """A sentence about the failure; empty when the answer is right."""
    seconds = options.timeout.total_seconds()
    deadline = monotonic() + seconds
    try:
        with httpx.stream("GET", options.url, timeout=seconds) as answer:
            if answer.status_code != options.status:
                return f"answered {answer.status_code} instead of {options.status}"
            found = bytearray()
            for part in answer.iter_bytes():
                found += part
                if monotonic() > deadline:
                    return f"no complete answer within {seconds:g} s"
                if len(found) > LARGEST_BODY:
                    break
    except httpx.TimeoutException:
        return f"no answer within {seconds:g} s"
    except httpx.HTTPError as error:
        return f"cannot be reached: {error}" if str(error) else "cannot be reached"
    if options.body and options.body not in found.decode(answer.encoding or "utf-8", "replace"):
        return f"answered without the text {options.body!r}"
    return ""


def _answers(url: str, options: Options) -> bool:
    """Whether anything at all comes back."""
    try:
        httpx.get(url, timeout=options.timeout.total_seconds())
    except httpx.HTTPError:
        return False
    return True
