"""Runs of the rollover, their schools, rules and counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.calendars.models import AcademicSession
from sis.courses.models import Section, SectionTerm
from sis.organizations.models import Organization, School
from sis.organizations.queries import get_school_for
from sis.rollover.models import RolloverRule, RolloverRun, RolloverSchool, RolloverSection
from sis.rollover.rules.policy import Action, Rule, Rules
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on, runs_on

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """A term, ``[starts_on, ends_on)``, with the sessions above it (a semester's school year)."""

    id: int
    sourced_id: str
    title: str
    starts_on: date
    ends_on: date
    above: tuple[int, ...]

    @property
    def last_day(self) -> date:
        return self.ends_on - DAY


def get_term(session: Session, session_id: int) -> Term:
    """One active term by id; NotFound."""
    row = session.get(AcademicSession, session_id)
    if row is None or row.status != "active":
        raise NotFound(f"There is no term {session_id}.")
    above: list[int] = []
    parent_id = row.parent_id
    while parent_id is not None and parent_id not in above:
        above.append(parent_id)
        parent = session.get_one(AcademicSession, parent_id)
        parent_id = parent.parent_id
    return Term(row.id, row.sourced_id, row.title, row.starts_on, row.ends_on, tuple(above))


def shared_sessions(old: Term, new: Term) -> set[int]:
    """The sessions that hold both terms, such as the school year of two semesters."""
    return set(old.above) & {new.id, *new.above}


def get_run(session: Session, run_id: int) -> RolloverRun:
    """One run; NotFound."""
    run = session.get(RolloverRun, run_id)
    if run is None:
        raise NotFound(f"There is no rollover {run_id}.")
    return run


def find_run(session: Session, key: str) -> RolloverRun | None:
    """The run with that idempotency key; None when there is none."""
    return session.scalar(select(RolloverRun).where(RolloverRun.key == key))


def lock_run(session: Session, key: str) -> RolloverRun | None:
    """The run with that idempotency key, locked until the unit of work ends; or None."""
    statement = select(RolloverRun).where(RolloverRun.key == key).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def list_runs(session: Session, limit: int = 50) -> list[RolloverRun]:
    """Runs, newest first."""
    return list(session.scalars(select(RolloverRun).order_by(RolloverRun.id.desc()).limit(limit)))


def find_unfinished(session: Session) -> RolloverRun | None:
    """The oldest run that still has schools to roll; None when there is none."""
    statement = select(RolloverRun).where(RolloverRun.status != "done").order_by(RolloverRun.id)
    return session.scalar(statement.limit(1))


def take_waiting(session: Session, run_id: int) -> RolloverSchool | None:
    """A school that waits and that nobody else is rolling, locked; None when none is left."""
    statement = (
        select(RolloverSchool)
        .where(RolloverSchool.run_id == run_id, RolloverSchool.status == "waiting")
        .order_by(RolloverSchool.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def count_waiting(session: Session, run_id: int) -> int:
    """How many schools of the run wait, also those that somebody is rolling now."""
    statement = (
        select(func.count())
        .select_from(RolloverSchool)
        .where(RolloverSchool.run_id == run_id, RolloverSchool.status == "waiting")
    )
    return session.scalar(statement) or 0


def get_rolled_for(session: Session, actor: Actor, rolled_id: int) -> RolloverSchool:
    """A school of a run, locked, if the school is in the actor's scope; NotFound."""
    statement = select(RolloverSchool).where(RolloverSchool.id == rolled_id).with_for_update()
    row = session.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(f"There is no rolled school {rolled_id}.")
    get_school_for(session, actor, row.school_id)
    return row


def list_rolled(
    session: Session, run_id: int, school_ids: Collection[int] | None = None
) -> list[tuple[RolloverSchool, str, str]]:
    """The schools of a run by name, each with its name and level; of some schools, if named."""
    statement = (
        select(RolloverSchool, Organization.name, School.level)
        .join(Organization, Organization.id == RolloverSchool.school_id)
        .join(School, School.organization_id == RolloverSchool.school_id)
        .where(RolloverSchool.run_id == run_id)
        .order_by(Organization.name, RolloverSchool.id)
    )
    if school_ids is not None:
        statement = statement.where(RolloverSchool.school_id.in_(school_ids))
    return [(row, name, level) for row, name, level in session.execute(statement)]


def find_rolled(session: Session, run_id: int, school_id: int) -> RolloverSchool | None:
    """The school of the run; None when it does not take part."""
    statement = select(RolloverSchool).where(
        RolloverSchool.run_id == run_id, RolloverSchool.school_id == school_id
    )
    return session.scalar(statement)


def list_school_ids_with_sections(session: Session, session_id: int) -> list[int]:
    """The active schools that have active sections in the term."""
    statement = (
        select(Section.school_id)
        .join(SectionTerm, SectionTerm.section_id == Section.id)
        .join(Organization, Organization.id == Section.school_id)
        .where(
            SectionTerm.session_id == session_id,
            Section.status == "active",
            Organization.status == "active",
        )
        .distinct()
        .order_by(Section.school_id)
    )
    return list(session.scalars(statement))


def list_rules(session: Session, school_id: int | None = None) -> list[RolloverRule]:
    """The district's rules and, if one is named, those of a school."""
    owner = RolloverRule.school_id
    statement = select(RolloverRule).where(or_(owner.is_(None), owner == school_id))
    return list(session.scalars(statement.order_by(RolloverRule.id)))


def rules_of_school(session: Session, school_id: int) -> Rules:
    """The rules that hold for the school, as the plan takes them."""
    return {
        (row.school_id, row.course_id): Rule(Action(row.action), row.to_course_id)
        for row in list_rules(session, school_id)
    }


def find_rule(
    session: Session, school_id: int | None, course_id: int | None
) -> RolloverRule | None:
    """The rule of exactly this school and course; None stands for every one."""
    statement = select(RolloverRule).where(
        RolloverRule.school_id.is_not_distinct_from(school_id),
        RolloverRule.course_id.is_not_distinct_from(course_id),
    )
    return session.scalar(statement)


def count_running(session: Session, school_id: int, on: date) -> tuple[int, int]:
    """The school's sections that run on a date, and the students' places in them."""
    sections = select(func.count()).select_from(Section)
    here = (Section.school_id == school_id, runs_on(on))
    places = (
        select(func.count())
        .select_from(SectionEnrollment)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(*here, SectionEnrollment.role == "student", in_section_on(on))
    )
    return session.scalar(sections.where(*here)) or 0, session.scalar(places) or 0


def count_in_terms(
    session: Session, school_id: int, session_ids: Collection[int], on: date
) -> tuple[int, int]:
    """The school's sections of these terms on a date, and the students' places in them."""
    in_terms = exists().where(
        SectionTerm.section_id == Section.id, SectionTerm.session_id.in_(session_ids)
    )
    here = (
        Section.school_id == school_id,
        Section.status == "active",
        or_(Section.ends_on.is_(None), Section.ends_on > on),
        in_terms.correlate(Section),
    )
    sections = select(func.count()).select_from(Section).where(*here)
    places = (
        select(func.count())
        .select_from(SectionEnrollment)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(*here, SectionEnrollment.role == "student", in_section_on(on))
    )
    return session.scalar(sections) or 0, session.scalar(places) or 0


def count_places_in(session: Session, section_ids: Collection[int], on: date) -> int:
    """The students' places in these sections on a date."""
    statement = (
        select(func.count())
        .select_from(SectionEnrollment)
        .where(
            SectionEnrollment.section_id.in_(section_ids),
            SectionEnrollment.role == "student",
            in_section_on(on),
        )
    )
    return session.scalar(statement) or 0


def list_rows(session: Session, section_ids: Collection[int]) -> dict[int, Section]:
    """The sections themselves by id."""
    statement = select(Section).where(Section.id.in_(section_ids))
    return {row.id: row for row in session.scalars(statement)}


def list_moves(session: Session, rolled_id: int) -> list[RolloverSection]:
    """Where each section of a school's rollover went."""
    statement = (
        select(RolloverSection)
        .where(RolloverSection.rollover_school_id == rolled_id)
        .order_by(RolloverSection.from_section_id)
    )
    return list(session.scalars(statement))
