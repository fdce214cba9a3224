"""Every unfilled request says why, in words for a counselor."""

from typing import Any

from tests.sis.scheduling.engine.solving import solved


def reasons(instance: dict[str, Any], student: str = "s") -> dict[str, str]:
    found: dict[str, str] = solved(instance)["reasons"].get(student, {})
    return found


def test_courses_that_meet_only_together() -> None:
    instance = {
        "sections": {"Drama": [[1, 3, 9]], "AP": [[2, 3, 9]]},
        "requests": {"s": ["Drama", "AP"]},
        "titles": {"AP": "AP Biology"},
    }
    (reason,) = reasons(instance).values()
    assert reason in (
        "Drama meets only in period 3, where AP Biology also meets only.",
        "AP Biology meets only in period 3, where Drama also meets only.",
    )


def test_three_courses_in_two_periods_name_no_bystander() -> None:
    two = [[1, 2], [2, 3]]
    instance = {
        "sections": {course: [[f"{course}{n}", period, 9] for n, period in two] for course in "ABC"}
        | {"D": [["D", 5, 9]]},
        "requests": {"s": ["A", "B", "C", "D"]},
    }
    (reason,) = reasons(instance).values()
    assert "cannot be taken together with" in reason
    assert "periods 2 and 3" in reason
    assert "D in" not in reason


def test_a_course_without_seats_says_how_many_are_short() -> None:
    instance = {
        "sections": {"Algebra 2": [[1, 1, 2], [2, 2, 2]]},
        "requests": {str(n): ["Algebra 2"] for n in range(7)},
    }
    answer = solved(instance)
    (texts,) = {tuple(row.values()) for row in answer["reasons"].values()}
    assert texts == ("All 4 seats of Algebra 2 are taken: 3 short; add a section.",)
    assert answer["shortages"] == {"Algebra 2": 3}


def test_a_locked_section_in_the_way_is_named() -> None:
    instance = {
        "sections": {"Art": [[1, 2, 9]], "Band": [[2, 2, 9]]},
        "requests": {"s": ["Art", "Band"]},
        "locked": {"s": {"Band": 2}},
    }
    assert reasons(instance) == {"Art": "Art meets only in period 2, where Band is locked."}


def test_free_seats_at_the_wrong_time_name_what_is_there() -> None:
    instance = {
        "sections": {"Art": [[1, 1, 1], [2, 2, 9]], "Band": [[3, 2, 9]]},
        "requests": {"s": ["Art", "Band"], "t": ["Art", "Choir"]},
        "locked": {"s": {"Band": 3}, "t": {"Art": 1}},
    }
    assert reasons(instance)["Art"] == (
        "Art has free seats only in period 2, where the student has Band; "
        "no other section of those courses with a free seat makes room."
    )
    assert reasons(instance, "t") == {"Choir": "Choir is not offered: there is no section of it."}


def test_an_alternate_says_for_what_it_stands() -> None:
    instance = {
        "sections": {"Art": [[1, 1, 0]], "Band": [[2, 1, 9]]},
        "requests": {"s": [{"course": "Art", "alternates": ["Band"]}]},
    }
    assert reasons(instance) == {
        "Art": "Filled by the alternate Band: Art has no seats: give its sections seats."
    }


def test_alternates_that_fail_say_why_too() -> None:
    instance = {
        "sections": {"Art": []},
        "requests": {"s": [{"course": "Art", "alternates": ["Band"]}]},
    }
    assert reasons(instance)["Art"] == (
        "Art is not offered: there is no section of it. Its alternates fail too: "
        "Band is not offered: there is no section of it."
    )
