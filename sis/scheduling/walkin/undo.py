"""Taking the last change by hand back, on the day it was made."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.errors import Conflict
from sis.organizations.queries import get_school_for
from sis.scheduling.actions import drop_from_section, note_change
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import get_section_card
from sis.scheduling.walkin.actions import (
    Sitting,
    begin,
    conflict,
    is_enrolled,
    keep,
    mark_locked,
)
from sis.scheduling.walkin.edits import find_last_edit
from sis.scheduling.walkin.models import ScheduleEdit
from sis.scheduling.walkin.queries import get_offer, get_place_of, list_held
from sis.scheduling.walkin.rules.fitting import judge


def undo(session: Session, sitting: Sitting, edit_id: int) -> ScheduleEdit:
    """Take back the edit, if it is the student's last one and of today.

    A place that was given becomes an empty interval; one that was ended lasts as it did before,
    if its seat and its period are still free. Raises NotFound, ScheduleChanged, and Conflict with
    the code nothing_to_undo, not_today, changed_since, or why the old place cannot be had again.
    """
    begin(session, sitting)
    edit = find_last_edit(session, sitting.person_id, sitting.school_id)
    if edit is None or edit.id != edit_id:
        raise Conflict("This is not the last change any more.", code="nothing_to_undo")
    zone = ZoneInfo(get_school_for(session, sitting.by, sitting.school_id).time_zone)
    if edit.made_at.astimezone(zone).date() != sitting.today:
        raise Conflict(
            "Only a change of today is undone: from tomorrow on it is part of the record."
            " Drop the section instead.",
            code="not_today",
        )
    given, ended = (
        _place(session, sitting, edit.to_place_id),
        _place(session, sitting, edit.from_place_id),
    )
    if edit.kind in ("lock", "unlock") and given is not None:
        mark_locked(session, sitting, given, is_locked=edit.kind == "unlock")
    else:
        _refuse_changed(edit, given, ended)
        if given is not None:
            _take_away(session, sitting, given)
        if ended is not None:
            _give_back(session, sitting, edit, ended)
    return keep(session, sitting, "undo", to_place=ended, from_place=given, undoes_id=edit.id)


def _place(session: Session, sitting: Sitting, place_id: int | None) -> SectionEnrollment | None:
    if place_id is None:
        return None
    return get_place_of(session, place_id, person_id=sitting.person_id, school_id=sitting.school_id)


def _refuse_changed(
    edit: ScheduleEdit, given: SectionEnrollment | None, ended: SectionEnrollment | None
) -> None:
    """An import or another part of the house may have moved the places since."""
    as_left = (given is None or given.ends_on is None) and (
        ended is None or ended.ends_on == edit.effective_on
    )
    if not as_left:
        raise Conflict(
            "What this change did was changed again since, so it cannot be undone.",
            code="changed_since",
        )


def _take_away(session: Session, sitting: Sitting, place: SectionEnrollment) -> None:
    drop_from_section(
        session,
        person_id=sitting.person_id,
        section_id=place.section_id,
        ends_on=place.begins_on or sitting.on,
        by=sitting.by,
        now=sitting.now,
    )
    session.flush()


def _give_back(
    session: Session, sitting: Sitting, edit: ScheduleEdit, place: SectionEnrollment
) -> None:
    get_section_card(session, place.section_id, edit.effective_on)
    refusal = judge(
        get_offer(session, sitting.school_id, place.section_id, edit.effective_on),
        list_held(session, sitting.person_id, sitting.school_id, edit.effective_on),
        on=edit.effective_on,
        enrolled=is_enrolled(session, sitting),
    )
    if refusal is not None:
        raise conflict(refusal)
    before = {"begins_on": place.begins_on, "ends_on": place.ends_on}
    place.begins_on, place.ends_on = edit.from_began_on, edit.from_ended_on
    place.modified_at = sitting.now
    note_change(session, person_id=sitting.person_id, now=sitting.now)
    record(
        session,
        by=sitting.by,
        action="section.undo_drop",
        subject=("section_enrollment", place.id),
        before=before,
        after={"begins_on": place.begins_on, "ends_on": place.ends_on},
        now=sitting.now,
    )
    session.flush()
