"""Sections in the order in which a counselor wants them: asked for, then the grade, then others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sis.scheduling.walkin.rules.fitting import Held, Offer, Refusal, judge


@dataclass(frozen=True)
class Asked:
    """What the student asks for: course -> priority, and course -> the course it stands in for."""

    wanted: Mapping[int, int]
    alternates: Mapping[int, int]


@dataclass(frozen=True)
class Candidate:
    """A section for a period, why it stands where it stands, and why not, if it does not fit."""

    offer: Offer
    why: str
    refusal: Refusal | None


def candidates(
    offers: Iterable[Offer],
    held: Sequence[Held],
    *,
    asked: Asked,
    grade: str | None,
    track: str,
    on: date,
    enrolled: bool,
    leaving: int | None,
) -> list[Candidate]:
    """The sections in their order: those that fit, and first what was asked for, then the grade."""
    giving_up = next((h.offer.section_id for h in held if h.place_id == leaving), None)
    found = []
    for offer in offers:
        if offer.section_id == giving_up:
            continue
        refusal = judge(offer, held, on=on, enrolled=enrolled, leaving=leaving)
        rank, why = _rank(offer, asked, grade, track)
        found.append(((refusal is not None, rank), Candidate(offer, why, refusal)))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], _order(pair[1].offer)))]


def _order(offer: Offer) -> tuple[int, str, int]:
    return -(offer.free if offer.free is not None else 1_000), offer.title, offer.section_id


def _rank(offer: Offer, asked: Asked, grade: str | None, track: str) -> tuple[tuple[int, int], str]:
    course = offer.course_id
    if track != offer.track:
        return (4, 0), f"track {offer.track}" if offer.track else "another track"
    if course is not None and course in asked.wanted:
        return (0, asked.wanted[course]), f"asked for, priority {asked.wanted[course]}"
    if course in asked.alternates:
        return (1, 0), "asked for as an alternate"
    if grade is not None and grade in offer.grades:
        return (2, 0), f"grade {grade}"
    return (3, 0), f"grades {', '.join(sorted(offer.grades))}" if offer.grades else ""
