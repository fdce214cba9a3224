"""A school of the synthetic district, as planned."""

from dataclasses import dataclass

from drills.district.calendars import CALENDARS, YearCalendar
from drills.district.shapes import GRADES


@dataclass(frozen=True)
class Center:
    """An education service center; ``spread`` is the standard deviation in degrees."""

    sourced_id: str
    name: str
    share: float
    latitude: float
    longitude: float
    spread: float


@dataclass(frozen=True)
class School:
    """``trouble`` is 1 for an ordinary school; more tickets and more gaps come with more of it.

    ``gap`` counts students in session on opening day without a complete schedule,
    ``vacation_gap`` those of the track that is on vacation. ``calendar`` is a key of CALENDARS
    and means nothing at a school with tracks.
    """

    number: int
    name: str
    level: str
    center: Center
    low: int
    high: int
    students: int
    meal_eligible: int
    latitude: float
    longitude: float
    trouble: float
    magnet: bool
    phone: str
    address: str
    tracks: tuple[str, ...] = ("",)
    calendar: str = ""
    gap: int = 0
    vacation_gap: int = 0

    @property
    def sourced_id(self) -> str:
        return f"S-{self.number:04d}"

    @property
    def cds_code(self) -> str:
        """County 99 and district 99999 do not exist."""
        return f"9999999{self.number:07d}"

    @property
    def multi_track(self) -> bool:
        return len(self.tracks) > 1

    @property
    def grades(self) -> tuple[str, ...]:
        return GRADES[self.low : self.high + 1]

    @property
    def has_periods(self) -> bool:
        """Whether any student changes rooms by the bell."""
        return self.level != "special_education" and self.high > 6

    def year(self, track: str) -> YearCalendar:
        return CALENDARS[track or self.calendar]

    @property
    def years(self) -> tuple[YearCalendar, ...]:
        return tuple(self.year(track) for track in self.tracks)


@dataclass(frozen=True)
class District:
    size: str
    seed: int
    schools: tuple[School, ...]

    @property
    def students(self) -> int:
        return sum(school.students for school in self.schools)
