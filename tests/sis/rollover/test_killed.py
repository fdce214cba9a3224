"""A rollover that is killed leaves whole schools done and others untouched, and then goes on."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.courses.models import Section
from sis.courses.queries import get_section_for
from sis.rollover.cli import rollover_group
from sis.rollover.jobs import go_on
from sis.rollover.models import RolloverSchool
from sis.scheduling.models import SectionEnrollment
from sis.settings import RequiredPeriods, SisSettings
from tests.sis.rollover.semesters import LAST_DAY, NOW, SPRING, Semesters

ROOT = Path(__file__).parents[3]
SCHOOLS, STUDENTS = 4, 5
WORK = """
import sys, time
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.orm import Session
from core.auth.actor import system
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.rollover.running import work
from sis.settings import SisSettings

commits = []

def wait(session):
    commits.append(session)
    if len(commits) == 2:
        print("written", flush=True)
        time.sleep(60)

event.listen(Session, "before_commit", wait)
settings = Settings(CoreSettings(), {SisSettings: SisSettings()}, Path(), sys.argv[1])
clock = FrozenClock(datetime.fromisoformat(sys.argv[3]))
runtime = Runtime(settings, Database(sys.argv[1]), clock)
work(runtime, int(sys.argv[2]), by=system("rollover"), told=print)
"""


@pytest.fixture
def runtime(database: Database) -> Runtime:
    required = RequiredPeriods(default=2, by_grade={})
    settings = Settings(
        CoreSettings(),
        {SisSettings: SisSettings(required_periods=required)},
        Path(),
        database.url,
    )
    return Runtime(settings, database, FrozenClock(NOW))


def _fill(session: Session) -> Semesters:
    semesters = Semesters(session)
    for number in range(SCHOOLS):
        school = semesters.building.town.school(f"S-{number}")
        sections = [
            semesters.section(school, f"{course}{number}", period)
            for course, period in (("A", "1"), ("B", "2"))
        ]
        for student in range(STUDENTS):
            semesters.student(f"P-{number}-{student}", school, *sections)
    return semesters


def _rolled(database: Database) -> dict[int, tuple[str, int]]:
    """By school: its status, and the placements in the new term."""
    new = (
        select(func.count())
        .select_from(SectionEnrollment)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .where(
            Section.school_id == RolloverSchool.school_id,
            SectionEnrollment.role == "student",
            SectionEnrollment.rollover_id.is_not(None),
        )
        .scalar_subquery()
    )
    with database.read() as session:
        rows = session.execute(select(RolloverSchool.school_id, RolloverSchool.status, new))
        return {school_id: (status, count) for school_id, status, count in rows}


def test_a_kill_leaves_whole_schools_and_the_next_run_goes_on(
    database: Database, runtime: Runtime
) -> None:
    with database.write() as session:
        run_id = _fill(session).request()
    arguments = [database.url, str(run_id), NOW.isoformat()]
    with subprocess.Popen(
        [sys.executable, "-c", WORK, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        while child.stdout.readline().strip() != "written":
            assert child.poll() is None
        child.send_signal(signal.SIGKILL)
    whole, untouched = ("rolled", 2 * STUDENTS), ("waiting", 0)
    assert sorted(_rolled(database).values()) == [whole, *[untouched] * (SCHOOLS - 1)]
    go_on(runtime, NOW)
    assert list(_rolled(database).values()) == [whole] * SCHOOLS


def test_the_command_rolls_all_schools_reports_them_and_repeats_nothing(
    database: Database, runtime: Runtime
) -> None:
    with database.write() as session:
        _fill(session)
    runner = CliRunner()
    ask = ["run", "--from", "S1", "--to", "S2", "--json"]
    first = runner.invoke(rollover_group, ask, obj=runtime)
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert told["headline"] == "4 of 4 secondary schools (100 %)"
    assert told["placements"] == {"before": 40, "carried": 40, "left": {}}
    books = told["by_school"][0]["counts"]
    assert (books["balanced"], books["new_after"]["complete"]) == (True, STUDENTS)
    before = _rolled(database)
    again = runner.invoke(rollover_group, [*ask, "--school", "S-1"], obj=runtime)
    assert again.exit_code == 0
    assert _rolled(database) == before
    shown = runner.invoke(rollover_group, ["report"], obj=runtime)
    assert (shown.exit_code, "100 %" in shown.stdout) == (0, True)


@pytest.mark.parametrize(
    "wrong",
    [
        ["run", "--from", "S9", "--to", "S2"],
        ["run", "--from", "S1", "--to", "S2", "--school", "S-9"],
        ["run", "--from", "S1"],
        ["report"],
    ],
)
def test_wrong_usage_is_told_with_exit_code_two(
    database: Database, runtime: Runtime, wrong: list[str]
) -> None:
    with database.write() as session:
        _fill(session)
    outcome = CliRunner().invoke(rollover_group, wrong, obj=runtime)
    assert outcome.exit_code == 2


def test_a_school_whose_books_do_not_balance_stays_as_it_was(
    database: Database, runtime: Runtime
) -> None:
    """A section of the new term that begins late: whoever is placed in it has a hole before."""
    with database.write() as session:
        semesters = _fill(session)
        old = session.scalars(select(Section).order_by(Section.id)).first()
        assert old is not None
        [teacher] = get_section_for(session, SYSTEM, old.id, LAST_DAY).teachers
        semesters.building.section(
            old.school_id,
            "Late",
            "1",
            span=(SPRING[0] + timedelta(days=7), SPRING[1]),
            terms=(semesters.spring,),
            course_id=old.course_id,
            teacher_id=teacher.person_id,
        )
        unlucky = old.school_id
    ask = ["run", "--from", "S1", "--to", "S2"]
    outcome = CliRunner().invoke(rollover_group, ask, obj=runtime)
    assert outcome.exit_code == 1
    assert "3 of 4 secondary schools (75 %)" in outcome.stdout
    rolled = _rolled(database)
    assert rolled.pop(unlucky) == ("unbalanced", 0)
    assert set(rolled.values()) == {("rolled", 2 * STUDENTS)}
