"""How values look on a page: times in the site's zone, durations, numbers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup, escape

from core.clock import DrillClock, ShownClock
from core.web import settings
from core.web.context import now, runtime


def local(moment: datetime) -> datetime:
    """The moment in the site's time zone."""
    return moment.astimezone(settings.site(runtime().settings).zone)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _day(here: datetime) -> str:
    return f"{here:%a} {here.day} {here:%b %Y}"


def when(moment: datetime | None, zone: str = "") -> Markup:
    """``<time>10:00</time>`` today, with the date on other days; a dash for None.

    By the clocks of ``zone``, an IANA name, or else of the site.
    """
    if moment is None:
        return Markup("–")
    place = ZoneInfo(zone) if zone else settings.site(runtime().settings).zone
    here = moment.astimezone(place)
    today = here.date() == now().astimezone(place).date()
    text = f"{here:%H:%M}" if today else f"{_day(here)}, {here:%H:%M}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        _stamp(moment), f"{_day(here)}, {here:%H:%M:%S %Z}", text
    )


def duration(span: timedelta) -> str:
    """``45 s``, ``12 min``, ``3 h 5 min``, ``4 days``."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        rest = f" {minutes % 60} min" if minutes % 60 else ""
        return f"{minutes // 60} h{rest}"
    return f"{minutes // (24 * 60)} days"


def ago(moment: datetime | None) -> Markup:
    """``<time data-ago>12 min ago</time>``, which the page keeps counting; a dash for None."""
    if moment is None:
        return Markup("–")
    return Markup('<time datetime="{}" data-ago>{} ago</time>').format(
        _stamp(moment), duration(now() - moment)
    )


def thousands(value: int) -> str:
    """``12,345``."""
    return f"{value:,}"


def paragraphs(text: str) -> Markup:
    """Text that a person typed, with its line breaks."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def district_clock() -> dict[str, object]:
    """What the header shows of the time: the reading, its speed, and whether it is a drill."""
    clock = runtime().clock
    here = local(now())
    return {
        "stamp": _stamp(now()),
        "speed": clock.speed,
        "zone": settings.site(runtime().settings).time_zone,
        "text": f"{_day(here)}, {here:%H:%M}",
        "drill": isinstance(clock, DrillClock | ShownClock) or clock.speed != 1,
    }


def register(app: Flask) -> None:
    app.jinja_env.filters |= {
        "when": when,
        "ago": ago,
        "duration": duration,
        "thousands": thousands,
        "paragraphs": paragraphs,
        "local": local,
    }
    app.jinja_env.globals["district_clock"] = district_clock
