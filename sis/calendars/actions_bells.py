"""Changing the bells of a school."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from sis.calendars.changes import keep_change, start_change
from sis.calendars.models import CalendarChange, ClassPeriod
from sis.calendars.queries_changes import Part, list_periods_of, list_sections_in_periods
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, Bell, local_date

_LONGEST_LABEL = 20
_NAMED = 6
Kept = tuple[str, time, time]


def change_bells(
    session: Session,
    school_id: int,
    day_type: str,
    bells: Sequence[Bell],
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> CalendarChange | None:
    """Give the school these bells on days of that type; None when it has them already.

    Without any, minimum days keep the regular bells. Raises NotFound, Invalid with a sentence
    for each period at fault, and Conflict: changed meanwhile, or a period that is taken away
    while sections meet in it, with their titles.
    """
    _refuse_bells(day_type, bells)
    part = Part("bells", school_id)
    school = start_change(session, part, seen=seen, by=by)
    rows = list_periods_of(session, school_id, day_type)
    old = {(row.label, row.starts_at, row.ends_at) for row in rows}
    new = {(bell.label, bell.starts_at, bell.ends_at) for bell in bells}
    if old == new and not any(row.derived for row in rows):
        return None
    if day_type == "regular" and school is not None:
        removed = {label for label, *_ in old} - {bell.label for bell in bells}
        _refuse_removal(session, school_id, removed, now, school.time_zone)
    before = {"day_type": day_type, "bells": [_plain(row) for row in rows]}
    put_bells(session, rows, new, school_id, day_type)
    summary = f"{len(bells)} periods on {day_type} days, {len(rows)} before."
    return keep_change(session, part, summary, before, by=by, now=now)


def put_bells(
    session: Session, rows: Sequence[ClassPeriod], wanted: set[Kept], school_id: int, day_type: str
) -> None:
    """Make the rows of a bell schedule these (label, starts at, ends at)."""
    for row in rows:
        if (row.label, row.starts_at, row.ends_at) not in wanted:
            session.delete(row)
        row.derived = False
    session.flush()
    kept = {(row.label, row.starts_at, row.ends_at) for row in rows} & wanted
    for label, starts_at, ends_at in sorted(wanted - kept):
        session.add(
            ClassPeriod(
                school_id=school_id,
                day_type=day_type,
                label=label,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        )
    session.flush()


def _refuse_bells(day_type: str, bells: Sequence[Bell]) -> None:
    if day_type not in DAY_TYPES_OF_INSTRUCTION:
        raise Invalid("Only regular and minimum days have bells.", fields={"day_type": "has none"})
    problems: dict[str, str] = {}
    labels: set[str] = set()
    for number, bell in enumerate(bells, start=1):
        problem = _wrong_with(bell, labels)
        if problem:
            problems[f"bell_{number}"] = problem
        labels.add(bell.label)
    if problems:
        raise Invalid("These bells cannot be saved.", fields=problems)


def _wrong_with(bell: Bell, labels: set[str]) -> str:
    if not bell.label or len(bell.label) > _LONGEST_LABEL or set(bell.label) & set(" =;,\t"):
        return f"A period's name has 1 to {_LONGEST_LABEL} characters, without spaces, = ; or ,"
    if bell.label in labels:
        return f"Period {bell.label} comes twice."
    if bell.starts_at >= bell.ends_at:
        return "It does not end after it starts."
    return ""


def _refuse_removal(
    session: Session, school_id: int, labels: set[str], now: datetime, zone: str
) -> None:
    if not labels:
        return
    met = list_sections_in_periods(session, school_id, labels, local_date(now, zone))
    if not met:
        return
    named = ", ".join(f"{title} (period {period})" for period, title in met[:_NAMED])
    more = f" and {len(met) - _NAMED} more" if len(met) > _NAMED else ""
    raise Conflict(
        f"Sections meet in a period that you take away: {named}{more}."
        " Move them to other periods first.",
        code="sections_meet",
    )


def _plain(row: ClassPeriod) -> list[str]:
    return [row.label, row.starts_at.isoformat(), row.ends_at.isoformat()]
