"""What a new entry of a class changes in what is held already; the office's word stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from sis.attendance.rules.status import Entry, Kind


@dataclass(frozen=True)
class Held:
    """What is stored of a student in a class; ``by_office`` when the office decided it."""

    entry: Entry
    by_office: bool = False


@dataclass(frozen=True)
class Differences:
    """Person ids: entries to add, to change and to take out, and those where the office differs."""

    added: Mapping[int, Entry]
    changed: Mapping[int, Entry]
    removed: frozenset[int]
    office_differs: tuple[int, ...]

    @property
    def none(self) -> bool:
        """Whether the new entry says what is held already, as far as a teacher may say it."""
        return not (self.added or self.changed or self.removed)


def differences(held: Mapping[int, Held], wanted: Mapping[int, Entry]) -> Differences:
    """Compare a teacher's new entry with what is held; both by person id.

    Whoever is in neither was and is present. Minutes count; a reason that the office gave stays.
    """
    added = {person: entry for person, entry in wanted.items() if person not in held}
    changed: dict[int, Entry] = {}
    removed: set[int] = set()
    office_differs = []
    for person, present in held.items():
        entry = wanted.get(person)
        if _says_the_same(present.entry, entry):
            continue
        if present.by_office:
            office_differs.append(person)
        elif entry is None:
            removed.add(person)
        else:
            changed[person] = entry
    return Differences(added, changed, frozenset(removed), tuple(sorted(office_differs)))


def _says_the_same(held: Entry, entry: Entry | None) -> bool:
    if entry is None:
        return held.status.kind is Kind.PRESENT
    if held.status.kind is not entry.status.kind:
        return False
    return entry.minutes is None or entry.minutes == held.minutes
