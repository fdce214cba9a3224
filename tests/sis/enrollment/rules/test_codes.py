"""Entry and leave codes by date, grade and use."""

from datetime import date

import pytest

from sis.enrollment.rules.codes import CALIFORNIA, Code, CodeSet, missing_uses, split_value

TODAY = date(2015, 1, 12)


@pytest.mark.parametrize(
    ("kind", "code", "reason", "grade", "problem"),
    [
        ("leave", "L7", "90", "12", ""),
        ("leave", "L7", "90", "09", "L7 reason 90 is not for grade 09."),
        ("leave", "L8", "", None, ""),
        ("leave", "L7", "", "09", "L7 is no leave code; L1, L2 reason 10, "),
        ("entry", "L8", "", "09", "L8 is no entry code; E1, E2, E3, E4, E5 can be used on "),
    ],
)
def test_problems_of_codes(
    kind: str, code: str, reason: str, grade: str | None, problem: str
) -> None:
    found = CALIFORNIA.problem(kind, code, reason, TODAY, grade)
    assert found.startswith(problem) if problem else found == ""


def test_a_code_holds_in_half_open_dates() -> None:
    codes = CodeSet((Code("entry", "E1", "New", "first", "", date(2014, 7, 1), TODAY),))
    assert codes.problem("entry", "E1", "", date(2015, 1, 11), "09") == ""
    assert codes.problem("entry", "E1", "", TODAY, "09") == "E1 is not in effect on 2015-01-12."


def test_the_built_in_set_lacks_nothing() -> None:
    assert missing_uses(CALIFORNIA, TODAY, ["KG", "09", "12", None]) == []


def test_what_a_set_lacks_is_named_by_kind_use_and_grade() -> None:
    codes = CodeSet(tuple(one for one in CALIFORNIA.codes if one.code not in ("E3", "L7")))
    assert missing_uses(codes, TODAY, ["12"]) == [
        ("entry", "return", "12"),
        ("leave", "diploma", "12"),
    ]
    assert missing_uses(codes, TODAY, ["09"]) == [("entry", "return", "09")]


def test_a_value_of_a_form_is_code_and_reason() -> None:
    assert split_value(" L7/90 ") == ("L7", "90")
    assert split_value("L8") == ("L8", "")
