from datetime import timedelta

import pytest

from alerts.channel_settings import Method
from alerts.contacts.rules import Address, Rule, cleaned, pages_for

MAIL = Address(1, Method.MAIL, "ana@district.example")
SMS = Address(2, Method.SMS, "+12135550100")
NOW, SOON, LATER = timedelta(), timedelta(minutes=5), timedelta(minutes=15)


@pytest.mark.parametrize(
    ("severity", "rules", "pages"),
    [
        ("critical", [], [(1, NOW), (2, NOW)]),
        ("critical", [Rule(1, "", NOW), Rule(2, "", SOON)], [(1, NOW), (2, SOON)]),
        ("critical", [Rule(1, "", NOW), Rule(2, "critical", NOW)], [(2, NOW)]),
        ("warning", [Rule(1, "", NOW), Rule(2, "critical", NOW)], [(1, NOW)]),
        ("warning", [Rule(2, "critical", NOW)], [(1, NOW), (2, NOW)]),
        ("", [Rule(2, "", LATER), Rule(2, "", SOON)], [(2, SOON), (2, LATER)]),
        ("critical", [Rule(3, "", NOW)], [(1, NOW), (2, NOW)]),  # 3 is not verified
    ],
)
def test_rules_of_the_severity_count_then_those_of_any_and_then_every_address(
    severity: str, rules: list[Rule], pages: list[tuple[int, timedelta]]
) -> None:
    found = pages_for(severity, [MAIL, SMS], rules)
    assert [(page.to.contact_id, page.after) for page in found] == pages
    assert pages_for(severity, [], rules) == ()


@pytest.mark.parametrize(
    ("method", "typed", "kept"),
    [
        (Method.SMS, "+1 (213) 555-0100", "+12135550100"),
        (Method.VOICE, "213.555.0100", "+12135550100"),
        (Method.MAIL, " Ana@District.Example ", "ana@district.example"),
        (Method.SLACK, "u012ab3cd", "U012AB3CD"),
    ],
)
def test_addresses_are_kept_in_one_form(method: Method, typed: str, kept: str) -> None:
    assert cleaned(method, typed) == kept


@pytest.mark.parametrize(
    ("method", "typed"),
    [
        (Method.SMS, "555-0100"),
        (Method.SMS, "+0123456789"),
        (Method.MAIL, "ana"),
        (Method.MAIL, "Ana <ana@district.example>"),
        (Method.MAIL, "a@b.example\r\nBcc: x@y.example"),
        (Method.SLACK, "@ana"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_an_example(method: Method, typed: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        cleaned(method, typed)
