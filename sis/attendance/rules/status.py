"""What can be said of a student in a class, and the reason that goes with it.

Source: the district's attendance codes (3 = non-compliant or truancy, a tardy of 30 minutes or
more; Absent-UC = uncleared). Which reasons excuse: California Education Code, section 48205.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Of one student in one class. Tardy and left early are attended."""

    PRESENT = "present"
    ABSENT_UNEXCUSED = "absent_unexcused"
    ABSENT_EXCUSED = "absent_excused"
    TARDY = "tardy"
    LEFT_EARLY = "left_early"

    @property
    def absent(self) -> bool:
        return self in (Status.ABSENT_UNEXCUSED, Status.ABSENT_EXCUSED)

    @property
    def kind(self) -> "Kind":
        """What a person in the room saw, whatever the reason."""
        return Kind.ABSENT if self.absent else Kind(self.value)


class Kind(StrEnum):
    """What people enter; whether an absence is excused follows from its reason."""

    PRESENT = "present"
    ABSENT = "absent"
    TARDY = "tardy"
    LEFT_EARLY = "left_early"


UNCLEARED = "Absent-UC"
TRUANCY = "3"


@dataclass(frozen=True)
class Reason:
    """A code as it holds on a date; ``applies_to`` is absence, late or any."""

    code: str
    meaning: str
    excused: bool
    applies_to: str
    begins_on: date | None = None
    ends_on: date | None = None

    def fits(self, kind: Kind) -> bool:
        """Whether it can be the reason of such an entry; nobody needs one for being present."""
        if kind is Kind.PRESENT:
            return False
        return self.applies_to in ("any", "absence" if kind is Kind.ABSENT else "late")


@dataclass(frozen=True)
class Entry:
    """One student's status in a class; ``minutes`` are those missed, None when not known."""

    status: Status
    reason_code: str | None = None
    minutes: int | None = None


def status_of(kind: Kind, reason: Reason | None) -> Status:
    """The status that is stored: an absence is excused when its reason excuses, else not."""
    if kind is not Kind.ABSENT:
        return Status(kind.value)
    excused = reason is not None and reason.excused
    return Status.ABSENT_EXCUSED if excused else Status.ABSENT_UNEXCUSED


def entry_of_teacher(kind: Kind, minutes: int | None, *, truancy_from: int) -> Entry:
    """A teacher's entry with the code that it implies.

    An absence is uncleared until the office hears why. A tardy of ``truancy_from`` minutes or
    more is code 3. A teacher says "present" by saying nothing.
    """
    if kind is Kind.ABSENT:
        return Entry(Status.ABSENT_UNEXCUSED, UNCLEARED)
    late_enough = kind is Kind.TARDY and minutes is not None and minutes >= truancy_from
    return Entry(Status(kind.value), TRUANCY if late_enough else None, minutes)
