"""Asking for a rollover, rolling one school over whole or not at all, and the rules for it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import AppError, Invalid
from core.upsert import insert_new
from sis.calendars.rules import local_date
from sis.courses.catalog import get_course_for
from sis.organizations.queries import SchoolCard, get_school_for, school_ids_for
from sis.rollover.books import opening_of, reconcile
from sis.rollover.models import RolloverRule, RolloverRun, RolloverSchool
from sis.rollover.queries import (
    Term,
    count_waiting,
    find_rolled,
    find_rule,
    find_run,
    get_run,
    get_term,
    list_rolled,
    list_school_ids_with_sections,
    lock_run,
    rules_of_school,
)
from sis.rollover.records import old_sections, records_of
from sis.rollover.rules.books import Reconciliation
from sis.rollover.rules.plan import Plan, plan_school
from sis.rollover.rules.policy import Action, Rule
from sis.rollover.writing import Ledger, write
from sis.scheduling.completeness import forget
from sis.scheduling.rules import SchedulingRules


class Unbalanced(AppError):
    """The books of a school do not balance, so nothing of it was written."""

    code = "unbalanced"


def key_of(old: Term, new: Term, *, students: bool) -> str:
    """The idempotency key of a run: the same terms are the same run."""
    return f"{old.sourced_id}>{new.sourced_id}" + ("" if students else " sections")


def request_run(
    session: Session,
    *,
    from_id: int,
    to_id: int,
    by: Actor,
    now: datetime,
    school_ids: Collection[int] | None = None,
    students: bool = True,
) -> RolloverRun:
    """Ask for schools to be rolled over; without ``school_ids`` all in the actor's scope.

    A run that was interrupted goes on with the schools that wait; one that is done looks at the
    schools asked for again, which changes nothing unless the old term has changed since.
    Raises NotFound (a term; a school outside the scope) and Invalid (terms in the wrong order, a
    term without sections).
    """
    old, new = get_term(session, from_id), get_term(session, to_id)
    if new.starts_on < old.ends_on:
        sentence = f"{new.title} begins before {old.title} ends; choose the next term."
        raise Invalid(sentence, fields={"to": sentence})
    chosen = _schools(session, old, school_ids, by)
    key = key_of(old, new, students=students)
    run = _run(session, old, new, key, students=students, by=by, now=now)
    waiting = _wait(session, run, chosen, resume=run.status != "done" and school_ids is None)
    run.status, run.finished_at = "waiting", None
    session.flush()
    subject, after = ("rollover_run", run.id), {"key": key, "schools": waiting}
    record(session, by=by, action="rollover.request", subject=subject, after=after, now=now)
    return run


def _run(
    session: Session, old: Term, new: Term, key: str, *, students: bool, by: Actor, now: datetime
) -> RolloverRun:
    """The one run of the key, locked; whoever asks at the same time waits here."""
    insert_new(
        session,
        RolloverRun,
        key=key,
        from_session_id=old.id,
        to_session_id=new.id,
        students=students,
        requested_by=by.id,
        requested_at=now,
    )
    run = lock_run(session, key)
    if run is None:
        raise RuntimeError(f"the rollover {key} is gone")
    return run


def _schools(
    session: Session, old: Term, school_ids: Collection[int] | None, by: Actor
) -> list[int]:
    if school_ids is not None:
        return [get_school_for(session, by, school_id).id for school_id in sorted(school_ids)]
    allowed = school_ids_for(session, by)
    found = list_school_ids_with_sections(session, old.id)
    chosen = [one for one in found if allowed is None or one in allowed]
    if not chosen:
        sentence = f"No school that you may see has sections in {old.title}; choose another term."
        raise Invalid(sentence, fields={"from": sentence})
    return chosen


def _wait(session: Session, run: RolloverRun, school_ids: list[int], *, resume: bool) -> int:
    """Put the schools in line; one that an interrupted run has rolled already is not repeated."""
    known = {row.school_id: row for row, _, _ in list_rolled(session, run.id)}
    for school_id in school_ids:
        row = known.get(school_id)
        if row is None:
            session.add(RolloverSchool(run_id=run.id, school_id=school_id))
        elif not (resume and row.status == "rolled"):
            row.status = "waiting"
    return len(school_ids)


def preview_school(
    session: Session, school: SchoolCard, old: Term, new: Term, *, students: bool = True
) -> Plan:
    """What rolling the school over would do now; writes nothing."""
    run = find_run(session, key_of(old, new, students=students))
    row = None if run is None else find_rolled(session, run.id, school.id)
    stamp = _stamp(key_of(old, new, students=students), 0 if row is None else row.attempt)
    records = records_of(session, school.id, old, new, stamp, students=students)
    return plan_school(records, rules_of_school(session, school.id), students=students)


def roll_school(
    session: Session,
    row: RolloverSchool,
    school: SchoolCard,
    *,
    rules: SchedulingRules,
    by: Actor,
    now: datetime,
) -> Reconciliation:
    """Roll one school over; ``row`` is locked by whoever calls.

    Raises Unbalanced when the books do not balance: then the unit of work must not be committed.
    """
    run = get_run(session, row.run_id)
    old, new = get_term(session, run.from_session_id), get_term(session, run.to_session_id)
    stamp = _stamp(run.key, row.attempt)
    opening = opening_of(session, school, old, new, rules)
    cards = old_sections(session, school.id, old, new)
    records = records_of(session, school.id, old, new, stamp, students=run.students)
    plan = plan_school(records, rules_of_school(session, school.id), students=run.students)
    prolonged = write(session, plan, cards, Ledger(row.id, stamp, new, now))
    if not run.students:
        opening = replace(opening, places=0)
    books = reconcile(session, school, opening, plan, new, prolonged, rules)
    if problems := books.problems():
        raise Unbalanced("; ".join(problems))
    row.status, row.rolled_at, row.detail, row.counts = "rolled", now, "", books.as_json()
    wrote = books.places_written or books.sections_created or books.prolonged_sections
    if wrote and new.starts_on <= local_date(now, school.time_zone):
        forget(session)
    record(
        session,
        by=by,
        action="rollover.school",
        subject=("rollover_school", row.id),
        after={"school_id": school.id, "run": run.key, **_told(books)},
        now=now,
    )
    return books


def mark_unbalanced(
    session: Session, row: RolloverSchool, detail: str, *, by: Actor, now: datetime
) -> None:
    """Say of a school why it was left untouched."""
    row.status, row.detail, row.rolled_at = "unbalanced", detail, now
    subject, after = ("rollover_school", row.id), {"detail": detail}
    record(session, by=by, action="rollover.refused", subject=subject, after=after, now=now)


def finish_run(session: Session, run_id: int, *, now: datetime) -> bool:
    """Close the run when no school waits any more; False while somebody still rolls one."""
    run = get_run(session, run_id)
    if count_waiting(session, run_id):
        return False
    if run.status != "done":
        run.status, run.finished_at = "done", now
    return True


def save_rule(
    session: Session,
    rule: Rule | None,
    *,
    school_id: int | None,
    course_id: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Set what becomes of a course's sections at a school (None: every one); None forgets it.

    Raises NotFound and Invalid (a MAP without a course; the district's rule by a scoped actor).
    """
    if school_id is not None:
        get_school_for(session, by, school_id)
    elif by.scope is not None:
        sentence = "A rule for every school is made by the district office; choose a school."
        raise Invalid(sentence, fields={"school": sentence})
    for one in (course_id, rule.to_course_id if rule else None):
        if one is not None:
            get_course_for(session, by, one)
    if rule is not None and (rule.action is Action.MAP) != (rule.to_course_id is not None):
        sentence = "Choose the course that it goes on with."
        raise Invalid(sentence, fields={"to_course": sentence})
    row = find_rule(session, school_id, course_id)
    before = None if row is None else {"action": row.action, "to_course_id": row.to_course_id}
    after = (
        None if rule is None else {"action": str(rule.action), "to_course_id": rule.to_course_id}
    )
    if before == after:
        return
    row = row or RolloverRule(school_id=school_id, course_id=course_id)
    if rule is None:
        session.delete(row)
    else:
        row.action, row.to_course_id, row.modified_at = rule.action, rule.to_course_id, now
        session.add(row)
    session.flush()
    subject = ("rollover_rule", f"{school_id or '*'}/{course_id or '*'}")
    record(
        session, by=by, action="rollover.rule", subject=subject, before=before, after=after, now=now
    )


def _stamp(key: str, attempt: int) -> str:
    return f"{key}#{attempt}"


def _told(books: Reconciliation) -> dict[str, object]:
    return {
        "sections_created": books.sections_created,
        "places_written": books.places_written,
        "places_kept": books.places_kept,
        "places_left": dict(books.places_left),
    }
