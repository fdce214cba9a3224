"""What holds messages back at one moment: inhibition, time intervals, silences."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alerts.matching import matches_all
from alerts.routing.queries_groups import SEARCHED, list_firing
from alerts.routing.rules.inhibition import InhibitRule, Sources
from alerts.routing.rules.intervals import TimeInterval
from alerts.routing.rules.tree import Route
from alerts.settings import AlertSettings
from alerts.silences.queries import ActiveSilence, list_active
from sis.calendars.queries import school_days
from sis.organizations.queries import list_school_names

Labels = Mapping[str, str]
MOST_VALUES = 5000
"""Of a label, that one statement asks for; beyond it every firing alert is looked at."""


class SilenceIndex:
    """Silences, found by the first label value that they ask for."""

    def __init__(self, silences: Iterable[ActiveSilence]) -> None:
        self._by_value: dict[tuple[str, str], list[ActiveSilence]] = {}
        self._others: list[ActiveSilence] = []
        for silence in silences:
            asked = [(m.name, m.value) for m in silence.matchers if m.op == "=" and m.value]
            bucket = self._by_value.setdefault(asked[0], []) if asked else self._others
            bucket.append(silence)

    def silences_of(self, labels: Labels) -> list[str]:
        """The ids of the silences that hold for these labels."""
        candidates = list(self._others)
        for pair in labels.items():
            candidates += self._by_value.get(pair, ())
        return [each.id for each in candidates if matches_all(each.matchers, labels)]


@dataclass(frozen=True)
class SchoolCalendars:
    """The schools (by sourced id) that have instruction on the day in question."""

    in_session: frozenset[str]

    def instruction(self, group_labels: Labels) -> bool:
        """Whether the group's school has; for a group of no one school, whether any has."""
        school = group_labels.get("school")
        return school in self.in_session if school else bool(self.in_session)


@dataclass(frozen=True)
class Surroundings:
    """Everything that can hold a message back, as it is ``at`` one moment."""

    at: datetime
    sources: Sequence[Sources]
    silences: SilenceIndex
    intervals: Mapping[str, Sequence[TimeInterval]]
    calendars: SchoolCalendars

    def inhibited_by(self, labels: Labels) -> list[str]:
        """The fingerprints of the firing alerts that explain this one, each once."""
        found = [source.inhibitor(labels) for source in self.sources]
        return list(dict.fromkeys(each for each in found if each))

    def silenced_by(self, labels: Labels) -> list[str]:
        """The ids of silences."""
        return self.silences.silences_of(labels)

    def muted_by(self, route: Route, group_labels: Labels) -> list[str]:
        """The time intervals that mute the route now: those it must not be told in, and those it
        is only told in when it is the time of none of them.
        """
        muting = [name for name in route.mute_time_intervals if self._is(name, group_labels)]
        active = route.active_time_intervals
        if active and not any(self._is(name, group_labels) for name in active):
            muting += active
        return muting

    def _is(self, name: str, group_labels: Labels) -> bool:
        instruction = self.calendars.instruction(group_labels)
        return any(each.contains(self.at, instruction) for each in self.intervals.get(name, ()))


def look_around(
    session: Session, alerts: Collection[Labels], settings: AlertSettings, now: datetime
) -> Surroundings:
    """What can hold back messages about these alerts; a constant number of statements."""
    rules = [each.rule() for each in settings.inhibit_rules]
    return Surroundings(
        at=now,
        sources=[_sources(session, rule, alerts) for rule in rules],
        silences=SilenceIndex(list_active(session, now)),
        intervals=settings.intervals,
        calendars=_calendars(session, settings, now),
    )


def _sources(session: Session, rule: InhibitRule, alerts: Collection[Labels]) -> Sources:
    found = Sources(rule)
    targets = [labels for labels in alerts if matches_all(rule.target_matchers, labels)]
    if not targets:
        return found
    wanted: dict[str, set[str]] = {
        matcher.name: {matcher.value}
        for matcher in rule.source_matchers
        if matcher.op == "=" and matcher.name in SEARCHED
    }
    for name in set(rule.equal) & SEARCHED.keys() - wanted.keys():
        values = {labels.get(name, "") for labels in targets}
        if len(values) <= MOST_VALUES:
            wanted[name] = values
    for fingerprint, labels in list_firing(session, wanted):
        found.add(fingerprint, labels)
    return found


def _calendars(session: Session, settings: AlertSettings, now: datetime) -> SchoolCalendars:
    asked = (each for intervals in settings.intervals.values() for each in intervals)
    if all(each.school_calendar is None for each in asked):
        return SchoolCalendars(frozenset())
    return school_calendars(session, now)


def school_calendars(session: Session, now: datetime) -> SchoolCalendars:
    """Which schools have instruction on the day that it is there ``now``."""
    schools = {school.id: school for school in list_school_names(session)}
    dates = {
        school.time_zone: now.astimezone(ZoneInfo(school.time_zone)).date()
        for school in schools.values()
    }
    days = school_days(session, dates)
    return SchoolCalendars(
        frozenset(schools[school_id].sourced_id for school_id, _ in days if school_id in schools)
    )
