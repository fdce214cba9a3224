"""When a provider wants to be asked again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=1)


def parse_retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The header ``Retry-After`` (RFC 9110 10.2.3: seconds or an HTTP date) as a duration.

    None when it is absent or makes no sense; at most a day.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), _LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(at - now, timedelta(0)), _LONGEST)
