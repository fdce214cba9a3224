"""What a student's classes of one day add up to.

Source: the district's attendance rules. Any part of a day is present, except in continuation
schools, where 180 minutes are one day. Excused and unexcused are all there is of absent. A class
that nobody submitted counts as absent until somebody does.

Assumed: a day is excused only when every absence of it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sis.attendance.rules.status import Status

_NOTHING, _ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Mark:
    """One class that met: the status, or None when it was not submitted.

    ``length`` is that of the class and ``missed`` what the student missed of it, in minutes;
    only continuation schools need them.
    """

    status: Status | None
    length: int = 0
    missed: int = 0

    @property
    def attended(self) -> bool:
        return self.status is not None and not self.status.absent

    @property
    def minutes(self) -> int:
        return max(0, self.length - self.missed) if self.attended else 0


@dataclass(frozen=True)
class StudentDay:
    """Parts of one day of membership; the three add up to 1.

    ``unsubmitted`` says that the day could still turn out better: a class is not submitted.
    """

    attended: Fraction
    excused: Fraction
    unexcused: Fraction
    unsubmitted: bool = False

    @property
    def absent(self) -> Fraction:
        return self.excused + self.unexcused


def day_of(marks: Sequence[Mark], *, minutes_for_a_day: int | None = None) -> StudentDay | None:
    """The day of a student from the classes that met; None when none did.

    ``minutes_for_a_day`` is set for continuation schools: attendance is then counted by the
    minute, up to one day, and what is short of a day is absent.
    """
    if not marks:
        return None
    attended = _attended(marks, minutes_for_a_day)
    open_yet = any(mark.status is None for mark in marks)
    absences = [mark.status for mark in marks if not mark.attended]
    excused = bool(absences) and all(status is Status.ABSENT_EXCUSED for status in absences)
    rest = _ALL - attended
    return StudentDay(
        attended=attended,
        excused=rest if excused else _NOTHING,
        unexcused=_NOTHING if excused else rest,
        unsubmitted=open_yet and attended < _ALL,
    )


def _attended(marks: Sequence[Mark], minutes_for_a_day: int | None) -> Fraction:
    if minutes_for_a_day is None:
        return _ALL if any(mark.attended for mark in marks) else _NOTHING
    minutes = sum(mark.minutes for mark in marks)
    return min(_ALL, Fraction(minutes, minutes_for_a_day))
