"""Certifying a month: an unchangeable snapshot, amended by later versions."""

import zlib
from dataclasses import replace

import pytest
from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import Actor
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, NotFound
from sis.attendance.models import AttendanceEvent
from sis.statistical.actions import MonthOf, certify
from sis.statistical.models import StatisticalReport
from sis.statistical.queries.certified import (
    TamperedDocument,
    get_report_for,
    list_latest,
    list_uncertified,
    list_versions,
    read_text,
)
from sis.statistical.reporting import Live, get_frame, get_live, get_school_year
from sis.statistical.rules.difference import difference
from sis.statistical.rules.document_reading import read_document, read_facts
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import month_report
from sis.statistical.school_month import shown_hash
from tests.sis.statistical.town import AFTER, DAYS, Elementary, Records, elementary

RULES = StatisticsRules()
BOTH = frozenset({"statistics.read", "statistics.certify"})
PRINCIPAL = Actor("user", "user:7", "Pat Principal", "principal", BOTH)


@pytest.fixture
def school(session: Session) -> Elementary:
    return elementary(Records(session))


def _live(session: Session, school: Elementary) -> Live:
    year = get_school_year(session, PRINCIPAL, school.school, 2015, RULES, AFTER)
    return get_live(session, get_frame(year, "", 1, RULES), RULES)


def _certify(
    session: Session, school: Elementary, *, by: Actor = PRINCIPAL, reason: str = ""
) -> StatisticalReport:
    return certify(
        session,
        MonthOf(school.school, "", 2015, 1),
        seen_hash=shown_hash(_live(session, school), RULES),
        override_reason=reason,
        rules=RULES,
        by=by,
        now=AFTER,
    )


def test_a_certified_report_keeps_figures_facts_and_rule(
    session: Session, school: Elementary
) -> None:
    report = _certify(session, school)
    assert (report.version, report.certified_by, report.certified_at) == (1, "user:7", AFTER)
    assert (report.attended, report.excused, report.unexcused, report.unsubmitted) == (29, 1, 3, 2)
    assert (report.opening, report.gains, report.closing) == (1, 1, 2)
    document = read_document(read_text(session, report))
    assert document.report == _live(session, school).report
    assert document.rule["version"] == RULES.version == report.rule_version
    assert document.titles == {school.room: "Room 1"}
    assert list_uncertified(session, 2015, 1, AFTER) == []


def test_a_certified_report_can_be_worked_out_again_from_its_own_facts(
    session: Session, school: Elementary
) -> None:
    text_ = read_text(session, _certify(session, school))
    assert month_report(read_facts(text_), RULES) == read_document(text_).report
    assert read_facts(text_) == _live(session, school).facts


def test_certifying_leaves_an_audit_row_with_ids_only(session: Session, school: Elementary) -> None:
    _certify(session, school)
    (entry,) = session.scalars(select(AuditEntry))
    assert (entry.action, entry.actor) == ("statistics.certify", "user:7")
    assert entry.after is not None
    assert entry.after["attended"] == 29
    assert "Ana" not in str(entry.after)


@pytest.mark.parametrize(
    "change",
    [
        update(StatisticalReport).values(attended=1),
        update(StatisticalReport).values(certified_by="somebody else"),
        delete(StatisticalReport),
    ],
    ids=["figures", "name", "delete"],
)
def test_the_database_refuses_every_change_of_a_certified_report(
    database: Database, change: Executable
) -> None:
    with database.write() as session:
        _certify(session, elementary(Records(session)))
    with pytest.raises(DBAPIError, match="never changed"), database.write() as session:
        session.execute(change)
    with database.read() as session:
        (report,) = list_latest(session, 2015).values()
        assert report.attended == 29


def test_a_document_that_was_tampered_with_is_noticed(session: Session, school: Elementary) -> None:
    """Somebody who may drop the trigger can change a row, but not its hash and its content."""
    report = _certify(session, school)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER statistical_report_refuses_update"))
    else:
        session.execute(text("ALTER TABLE statistical_report DISABLE TRIGGER USER"))
    forged = read_text(session, report).replace(b'"EUPPP', b'"PPPPP')
    session.execute(update(StatisticalReport).values(document=zlib.compress(forged)))
    with pytest.raises(TamperedDocument):
        read_text(session, report)


def test_a_correction_differs_from_the_certified_report_and_becomes_version_two(
    session: Session, school: Elementary
) -> None:
    first = _certify(session, school)
    event = session.scalars(
        select(AttendanceEvent).where(AttendanceEvent.status == "absent_unexcused")
    ).one()
    event.status = "absent_excused"
    session.flush()
    certified = read_document(read_text(session, first)).report
    found = difference(certified, _live(session, school).report)
    assert [(one.what, one.change) for one in found.totals] == [("excused", 1), ("unexcused", -1)]
    assert [(one.person_id, one.on, one.before, one.after) for one in found.days] == [
        (school.ana, DAYS[1], "absent, unexcused", "absent, excused")
    ]
    second = _certify(session, school)
    assert (second.version, second.supersedes_id) == (2, first.id)
    assert second.amendment == "excused +1, unexcused -1 (1 day of students)"
    assert [one.version for one in list_versions(session, school.school, "", 2015, 1)] == [2, 1]
    assert [one.version for one in list_latest(session, 2015).values()] == [2]
    assert read_document(read_text(session, first)).report == certified


def test_the_same_figures_are_not_certified_twice(session: Session, school: Elementary) -> None:
    _certify(session, school)
    with pytest.raises(Conflict, match="says exactly this already"):
        _certify(session, school)


def test_figures_that_changed_unseen_are_not_certified(
    session: Session, school: Elementary
) -> None:
    with pytest.raises(Conflict, match="changed since you looked"):
        certify(
            session,
            MonthOf(school.school, "", 2015, 1),
            seen_hash="0" * 64,
            rules=RULES,
            by=PRINCIPAL,
            now=AFTER,
        )


def test_a_month_that_is_not_over_is_not_certified(session: Session, school: Elementary) -> None:
    with pytest.raises(Conflict, match="is not over"):
        certify(
            session,
            MonthOf(school.school, "", 2015, 1),
            seen_hash="",
            rules=RULES,
            by=PRINCIPAL,
            now=AFTER.replace(day=6),
        )


def test_what_does_not_balance_needs_a_reason_that_is_kept(
    session: Session, school: Elementary
) -> None:
    Records(session, {"STU": 10, "ENR": 10}).student(school.school, "Nobody's")
    with pytest.raises(Invalid, match="does not balance"):
        _certify(session, school, reason="  ")
    report = _certify(session, school, reason="The student came on the last day.")
    assert (report.balances, report.faults) == (False, 1)
    assert report.override_reason == "The student came on the last day."


def test_only_who_may_certifies_only_schools_in_scope(session: Session, school: Elementary) -> None:
    clerk = replace(PRINCIPAL, permissions=frozenset({"statistics.read"}))
    with pytest.raises(Forbidden):
        _certify(session, school, by=clerk)
    stranger = replace(PRINCIPAL, scope=frozenset({"ORG-99"}))
    with pytest.raises(NotFound):
        _certify(session, school, by=stranger)
    report = _certify(session, school)
    with pytest.raises(NotFound):
        get_report_for(session, stranger, report.id)
