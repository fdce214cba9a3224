"""Reading course requests."""

from sqlalchemy.orm import Session

from sis.scheduling.requests.queries import list_requests, list_requests_of
from tests.sis.scheduling.planning import Planning


def test_requests_come_student_by_student_own_ones_first(session: Session) -> None:
    planning = Planning(session)
    school, other = planning.school("S-1"), planning.school("S-2")
    term = planning.term()
    art, bio, cho = (planning.course(code) for code in ("ART", "BIO", "CHO"))
    first, second = planning.student("P-1", school), planning.student("P-2", school)
    planning.request(second, school, term, art)
    wanted = planning.request(first, school, term, bio, priority=2)
    planning.request(first, school, term, cho, alternate_of_id=wanted)
    planning.request(first, school, term, art)
    cards = list_requests(session, school, term)
    assert [(c.person_id, c.course_code, c.priority, c.alternate_of_id) for c in cards] == [
        (first, "ART", 1, None),
        (first, "BIO", 2, None),
        (first, "CHO", 1, wanted),
        (second, "ART", 1, None),
    ]
    assert list_requests_of(session, first, school, term) == cards[:3]
    assert list_requests(session, other, term) == []
