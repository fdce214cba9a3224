"""Whether a section fits into a student's schedule, and every reason why it does not.

Source: the complaints about other systems: false conflicts, and refusals without a reason.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sis.courses.rules.meetings import Meeting, Span, overlap, share_days


@dataclass(frozen=True)
class Offer:
    """A section that the school teaches; ``seats`` None is without a limit, ``span`` its term."""

    section_id: int
    title: str
    course_id: int | None
    course_title: str
    grades: frozenset[str]
    subjects: str
    track: str
    class_type: str
    seats: int | None
    taken: int
    span: Span
    meetings: tuple[Meeting, ...]
    teacher: str
    room: str

    @property
    def free(self) -> int | None:
        return None if self.seats is None else max(0, self.seats - self.taken)

    @property
    def when(self) -> str:
        """``3, 4 (MWF)``."""
        return ", ".join(dict.fromkeys(meeting.when for meeting in self.meetings))


@dataclass(frozen=True)
class Held:
    """The student's place in a section; ``span`` is when it lasts, within the section's term."""

    place_id: int
    offer: Offer
    span: Span
    locked: bool


@dataclass(frozen=True)
class Refusal:
    """Why a section cannot be had: a stable word and a sentence."""

    code: str
    sentence: str


FULL = "section_full"
SAME_COURSE = "same_course"


def judge(
    offer: Offer,
    held: Sequence[Held],
    *,
    on: date,
    enrolled: bool,
    leaving: int | None = None,
    over: Collection[str] = (),
) -> Refusal | None:
    """Why the student cannot have the section from ``on``; None when nothing is in the way.

    ``leaving`` is the place that is given up for it; refusals with a code in ``over`` are passed.
    """
    left = next((one for one in held if one.place_id == leaving), None)
    staying = [one for one in held if one.place_id != leaving]
    stay = overlap(offer.span, (on, None))
    if stay is None:
        return Refusal("has_ended", f"{offer.title} has ended by {on}.")
    if not enrolled:
        return Refusal("not_enrolled", f"The student is not enrolled at this school on {on}.")
    if left is not None and left.locked:
        return locked(left)
    reasons = (
        _taken_already(offer, staying, stay),
        _full(offer),
        _clash(offer, staying, stay),
    )
    return next((one for one in reasons if one is not None and one.code not in over), None)


def locked(place: Held) -> Refusal:
    """The refusal to move a student out of a place that was locked by hand."""
    return Refusal("locked", f"{place.offer.title} is locked; unlock it first.")


def _taken_already(offer: Offer, staying: Sequence[Held], stay: Span) -> Refusal | None:
    for one in staying:
        if one.offer.section_id == offer.section_id:
            return Refusal("already_in_section", f"The student is in {offer.title} already.")
    for one in staying:
        same = offer.course_id is not None and one.offer.course_id == offer.course_id
        if same and overlap(stay, one.span):
            return Refusal(
                SAME_COURSE,
                f"The student takes {offer.course_title} already, in {one.offer.title}"
                f" (period {one.offer.when}): swap it instead.",
            )
    return None


def _full(offer: Offer) -> Refusal | None:
    if offer.free != 0:
        return None
    return Refusal(FULL, f"{offer.title} is full: {offer.taken} of {offer.seats} seats are taken.")


def _clash(offer: Offer, staying: Sequence[Held], stay: Span) -> Refusal | None:
    for one in staying:
        meeting = _first_clash(offer, one, stay)
        if meeting is not None:
            sentence = f"Period {meeting.when} is taken by {one.offer.title}."
            return Refusal("period_clash", sentence)
    return None


def _first_clash(offer: Offer, one: Held, stay: Span) -> Meeting | None:
    for mine in offer.meetings:
        for other in one.offer.meetings:
            if (
                mine.period == other.period
                and share_days(mine.days, other.days)
                and overlap(stay, one.span, _span(mine), _span(other))
            ):
                return mine
    return None


def _span(meeting: Meeting) -> Span:
    return meeting.begins_on, meeting.ends_on
