"""The books of a school's rollover: counts before and after that must agree."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sis.rollover.rules.policy import Reason


@dataclass(frozen=True)
class Standing:
    """A school on one date, counted from the records: running sections, places of students,
    students enrolled, and those of them whose schedule is not complete.
    """

    on: date
    sections: int
    places: int
    students: int
    incomplete: int

    @property
    def complete(self) -> int:
        return self.students - self.incomplete


@dataclass(frozen=True)
class Reconciliation:
    """The books of one school. All numbers are counts.

    ``old`` is the last day of the old term, ``new_before`` and ``new_after`` the first day of the
    new one before and after the rollover. ``prolonged_*`` are sections of the old term that now
    reach into the new one, and the places that go on in them. ``lacking`` counts sections of the
    new term without title, course, teacher or period.
    """

    old: Standing
    new_before: Standing
    new_after: Standing
    sections: int
    sections_created: int
    sections_matched: int
    sections_continued: int
    sections_left: Mapping[str, int]
    places: int
    places_written: int
    places_kept: int
    places_left: Mapping[str, int]
    prolonged_sections: int
    prolonged_places: int
    lacking: Mapping[str, int]

    def problems(self) -> list[str]:
        """Where the books do not balance, as sentences; empty when they do."""
        return [sentence for ok, sentence in self._checks() if not ok]

    def _checks(self) -> Iterable[tuple[bool, str]]:
        carried = self.sections_created + self.sections_matched + self.sections_continued
        yield _equal("sections", self.sections, carried + sum(self.sections_left.values()))
        told = self.places_written + self.places_kept + sum(self.places_left.values())
        yield _equal("placements", self.places, told)
        grown = self.new_before.sections + self.sections_created + self.prolonged_sections
        yield _equal("sections of the new term", self.new_after.sections, grown)
        filled = self.new_before.places + self.places_written + self.prolonged_places
        yield _equal("placements of the new term", self.new_after.places, filled)
        blank = self.lacking.get("title", 0)
        yield blank == 0, f"{blank} sections of the new term have no name"

    @property
    def carried(self) -> int:
        """Placements of the old term that are in the new one."""
        return self.places_written + self.places_kept

    def as_json(self) -> dict[str, object]:
        """The numbers as they are kept, with dates as texts."""
        plain = asdict(self)
        for name in ("old", "new_before", "new_after"):
            standing: Standing = getattr(self, name)
            plain[name] |= {"on": standing.on.isoformat(), "complete": standing.complete}
        return plain | {"balanced": not self.problems(), "places_carried": self.carried}


def _equal(what: str, one: int, other: int) -> tuple[bool, str]:
    return one == other, f"{what} do not balance: {one:,} counted, {other:,} accounted for"


def tally(reasons: Iterable[Reason]) -> dict[str, int]:
    """How many for each reason, most first."""
    return {str(reason): count for reason, count in Counter(reasons).most_common()}
