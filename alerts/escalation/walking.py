"""Walking a chain: from the step that is due to the next wait.

Everything that one walk does stands in one transaction: the place it got to, the log, the messages.
A process that dies leaves the escalation where it was, and somebody else walks from there.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.acknowledgement.queries import list_unacknowledged
from alerts.actions import record_event
from alerts.escalation.chain import MoreThan, Notify, Step, TimeBetween, thaw
from alerts.escalation.log import note
from alerts.escalation.models import Escalation
from alerts.escalation.queries import (
    count_recent_firings,
    find_last_event,
    list_alert_ids,
    list_pending_pages,
)
from alerts.escalation.rules import NOBODY_AT_ALL, RECHECK, opens_at
from alerts.escalation.telling import Telling, tell
from alerts.routing.queries import Standing, list_standings
from alerts.rules import EventKind


def end(session: Session, found: Escalation, reason: str, now: datetime) -> None:
    """It is over for good."""
    found.state, found.next_step_at = "ended", None
    found.ended_at, found.ended_because = now, reason
    cancel_pages(session, found)
    note(session, found, "ended", now, detail=reason)


def hold(session: Session, found: Escalation, by: str, now: datetime) -> None:
    """It waits for ``by``, who is on it."""
    found.state, found.next_step_at = "acknowledged", None
    cancel_pages(session, found)
    note(session, found, "acknowledged", now, detail=by)


def begin_again(session: Session, found: Escalation, because: str, now: datetime) -> None:
    """From the first step."""
    found.state, found.step, found.next_step_at = "active", 0, now
    found.round, found.repeats = found.round + 1, 0
    cancel_pages(session, found)
    note(session, found, "resumed", now, detail=because)


def cancel_pages(session: Session, found: Escalation) -> None:
    """Nobody is told any more of what was still to come."""
    session.flush()
    for page in list_pending_pages(session, found.id):
        page.state = "cancelled"


def walk(session: Session, found: Escalation, telling: Telling) -> None:
    """Go on from the step that is due until the chain waits, is held, or has no more steps."""
    if not telling.notification.firing_count:
        end(session, found, "resolved", telling.now)
    elif not list_unacknowledged(session, list_alert_ids(session, found.id), telling.now):
        hold(session, found, "every alert is acknowledged", telling.now)
    elif _is_suppressed(session, telling):
        _Walk(session, found, telling).rest("while every alert is suppressed")
    else:
        _Walk(session, found, telling).go()


def _is_suppressed(session: Session, telling: Telling) -> bool:
    """Whether silences, inhibitions or mute times cover all that fires."""
    standings = list_standings(session, telling.alerts, telling.settings, telling.now)
    return bool(standings) and all(
        standing.state == Standing.SUPPRESSED for standing in standings.values()
    )


class _Walk:
    """One walk; ``reached`` says whether the step before reached anybody."""

    def __init__(self, session: Session, found: Escalation, telling: Telling) -> None:
        self._session = session
        self._found = found
        self._telling = telling
        self._now = telling.now
        self._reached = True
        self._anybody = found.step > 0
        self._until: datetime | None = None

    def go(self) -> None:
        steps = thaw(self._found.steps)
        while self._until is None and self._found.state == "active":
            if self._found.step >= len(steps):
                self._exhaust()
            else:
                self._take(steps[self._found.step])
        self._found.next_step_at = self._until

    def rest(self, why: str) -> None:
        """Stay at the step, and look again soon."""
        self._note_once(why)
        self._found.next_step_at = self._now + RECHECK

    def _take(self, step: Step) -> None:
        if step.notify is not None:
            self._tell(step.notify)
        elif step.wait is not None:
            self._found.step += 1
            if self._reached:
                self._until = self._now + step.wait
        elif step.if_time_between is not None:
            self._wait_for_hour(step.if_time_between)
        elif step.if_more_than is not None:
            self._wait_for_storm(step.if_more_than)
        else:
            self._repeat(step.repeat or 0)

    def _tell(self, step: Notify) -> None:
        told = tell(self._session, self._found, step, self._telling)
        self._reached = bool(told.reached)
        self._anybody = self._anybody or self._reached
        if told.reached:
            self._note("told", ", ".join(told.reached))
            self._tell_history(told.reached)
        if told.not_reached:
            self._note("nobody", "; ".join(told.not_reached))
        self._found.step += 1

    def _tell_history(self, names: Sequence[str]) -> None:
        detail = {"chain": self._found.chain, "step": self._found.step, "told": list(names)}
        record_event(
            self._session,
            [alert.id for alert in self._telling.alerts],
            EventKind.ESCALATED,
            at=self._now,
            real_now=self._telling.real_now,
            detail=detail,
        )

    def _wait_for_hour(self, window: TimeBetween) -> None:
        opens = opens_at(window, self._now)
        if opens <= self._now:
            self._found.step += 1
            return
        self._note_once(f"until {window.begins:%H:%M}")
        self._until = opens

    def _wait_for_storm(self, storm: MoreThan) -> None:
        since = self._now - storm.within
        if count_recent_firings(self._session, self._found.id, since) > storm.alerts:
            self._found.step += 1
            return
        self._note_once(f"for more than {storm.alerts} alerts")
        self._until = self._now + RECHECK

    def _repeat(self, most: int) -> None:
        if self._found.repeats >= most:
            self._exhaust()
            return
        self._found.repeats, self._found.round = self._found.repeats + 1, self._found.round + 1
        self._found.step = 0
        self._note("repeated", f"{self._found.repeats} of {most}")
        if not self._anybody:
            self._until = self._now + NOBODY_AT_ALL
        self._anybody = False

    def _exhaust(self) -> None:
        self._found.state, self._found.next_step_at = "exhausted", None
        note(self._session, self._found, "exhausted", self._now)

    def _note(self, kind: str, detail: str) -> None:
        note(self._session, self._found, kind, self._now, step=self._found.step, detail=detail)

    def _note_once(self, detail: str) -> None:
        """A condition that is looked at again and again is written down the first time."""
        self._session.flush()
        last = find_last_event(self._session, self._found.id)
        if last is None or (last.kind, last.step) != ("waiting", self._found.step):
            self._note("waiting", detail)
