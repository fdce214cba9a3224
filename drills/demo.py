"""What a demo needs besides records: one sign-in per role, and the desk's token."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from core.auth.accounts.actions import create_account
from core.auth.accounts.queries import find_account, list_accounts
from core.auth.actor import SYSTEM, system
from core.auth.roles import get_role
from core.auth.tokens.actions import create_token
from core.auth.tokens.queries import find_token
from core.runtime import Runtime
from drills.opening_day.survey import local_day, survey
from drills.opening_day.worsening import worsening_school
from sis.courses.queries import list_school_sections
from sis.organizations.queries import find_school_by_sourced_id, list_schools

BY = system("demo")
TOKEN_NAME = "HelpDesk floor"
TOKEN_FILE = "drill-token"
TOKEN_ROLE = "agent"
TOKEN_SCOPES = ("tickets.create", "tickets.read", "tickets.work")


@dataclass(frozen=True)
class SignIn:
    """``sees`` says in words what the account is limited to."""

    role: str
    username: str
    password: str
    sees: str


@dataclass(frozen=True)
class _Person:
    role: str
    username: str
    name: str
    password: str
    person_key: str | None = None


_PEOPLE = (
    _Person("agent", "agent", "Alma Quiroga", "agent-on-monday"),
    _Person("triage_lead", "lead", "Theo Marchetti", "lead-on-monday"),
    _Person("dispatcher", "dispatcher", "Dina Okafor", "dispatcher-on-monday"),
    _Person("field_staff", "field", "Felix Tran", "field-on-monday"),
    _Person("teacher", "teacher", "", "teacher-on-monday"),
    _Person("counselor", "counselor", "Cal Nakamura", "counselor-on-monday"),
    _Person("school_staff", "school", "Sona Petrosyan", "school-on-monday"),
    _Person("principal", "principal", "Paz Herrera", "principal-on-monday"),
    _Person("superintendent", "superintendent", "Ruth Delgado", "superintendent-on-monday"),
    _Person("administrator", "admin", "Ada Kim", "admin-on-monday"),
)


@dataclass(frozen=True)
class _School:
    id: int
    sourced_id: str


def _school_to_watch(session: Session, runtime: Runtime) -> _School:
    """The school that gets worse this morning, or any when none will."""
    found = worsening_school(survey(session, runtime, local_day(runtime)))
    chosen = found or list_schools(session, SYSTEM, limit=1)[0]
    return _School(chosen.id, chosen.sourced_id)


def _as_teacher(session: Session, person: _Person, school: _School, day: date) -> _Person:
    """The person of the records who teaches the most sections of the school on the day."""
    sections = list_school_sections(session, school.id, day)
    taught = Counter(
        (teacher.sourced_id, teacher.name)
        for section in sections
        for teacher in section.current_teachers
    )
    if not taught:
        return replace(person, name="Tia Lindqvist")
    (key, name), _ = max(taught.items(), key=lambda item: (item[1], item[0]))
    return replace(person, name=name, person_key=key)


def _sees(session: Session, organizations: tuple[str, ...]) -> str:
    if not organizations:
        return "the whole district"
    schools = (find_school_by_sourced_id(session, SYSTEM, name) for name in organizations)
    return ", ".join(school.name for school in schools if school is not None)


def prepare(runtime: Runtime) -> list[SignIn]:
    """One account per role, made unless it is there already; the same answer every time.

    Who is bound to a school belongs to the one that crosses the threshold during the morning; the
    teacher is one of its records.
    """
    with runtime.database.write() as session:
        missing = [one for one in _PEOPLE if find_account(session, one.username) is None]
        if missing:
            _make_accounts(session, runtime, missing)
        accounts = {account.username: account for account in list_accounts(session)}
        sees = {name: _sees(session, account.organizations) for name, account in accounts.items()}
    return [SignIn(p.role, p.username, p.password, sees[p.username]) for p in _PEOPLE]


def _make_accounts(session: Session, runtime: Runtime, people: Sequence[_Person]) -> None:
    school = _school_to_watch(session, runtime)
    for person in people:
        if person.role == "teacher":
            person = _as_teacher(session, person, school, local_day(runtime))
        scoped = get_role(runtime.settings, person.role).scoped
        create_account(
            session,
            person.username,
            display_name=person.name,
            password=person.password,
            role=person.role,
            organizations=[school.sourced_id] if scoped else [],
            person_key=person.person_key,
            by=BY,
            now=runtime.clock.real_now(),
        )


def make_drill_token(runtime: Runtime) -> str:
    """The token of the drill's callers and agents: one for the life of the database.

    It is kept in a file of the data folder that only its owner may read, because idempotency keys
    belong to a token: with a new one after a crash, what was sent before would be sent again.
    """
    path = runtime.data_folder / TOKEN_FILE
    with runtime.database.write() as session:
        if path.exists():
            secret = path.read_text(encoding="utf-8").strip()
            token = find_token(session, secret)
            if token is not None and token.revoked_at is None:
                return secret
        secret = create_token(
            session,
            TOKEN_NAME,
            role=TOKEN_ROLE,
            scopes=TOKEN_SCOPES,
            by=BY,
            now=runtime.clock.real_now(),
        )
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(secret, encoding="utf-8")
        return secret
