"""Bell schedules: six periods on a regular and on a minimum day."""

from drills.district.courses import PERIODS
from drills.district.school import School

_FIRST_BELLS = (480, 470, 490, 480, 465)  # minutes after midnight
_PASSING, _NUTRITION, _LUNCH = 6, 20, 36


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _periods(first: int, length: int, *, lunch: bool) -> str:
    """``1=08:00-08:55 2=09:01-09:56 ...`` with nutrition after 2 and, if given, lunch after 4."""
    at = first
    periods = []
    for period in range(1, PERIODS + 1):
        ends = at + length
        periods.append(f"{period}={_clock(at)}-{_clock(ends)}")
        rest = _NUTRITION if period == 2 else _LUNCH if lunch and period == 4 else 0
        at = ends + _PASSING + rest
    return " ".join(periods)


def bell_schedule(school: School) -> str:
    """The ``metadata.bellSchedule`` of a school; a school of homerooms has one long period."""
    if not school.has_periods:
        return "regular 1=08:00-14:23; minimum 1=08:00-13:23"
    first = _FIRST_BELLS[school.number % len(_FIRST_BELLS)]
    regular, minimum = (40, 30) if school.level == "continuation" else (54, 38)
    long_day = _periods(first, regular, lunch=True)
    short_day = _periods(first, minimum, lunch=False)
    return f"regular {long_day}; minimum {short_day}"
