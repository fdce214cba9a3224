"""Contacts and addresses in plain terms."""

from dataclasses import replace

import pytest

from sis.contacts.rules import (
    Address,
    ContactDetails,
    address_key,
    address_problems,
    contact_problems,
    suggested_track,
)

GOOD = ContactDetails("Rosa", "Field", "mother", phone="213 555 0100", is_guardian=True)
HOME = Address("12 North Main Street", "Los Angeles", "CA", "90011", "Apt. 4")


@pytest.mark.parametrize(
    ("street", "unit", "postal_code"),
    [
        ("12 N Main St", "4", "90011"),
        ("12 n. main st.", "#4", "90011-1234"),
        (" 12  North MAIN Street ", "apartment 4", "90011"),
    ],
)
def test_an_address_written_in_another_way_is_the_same(
    street: str, unit: str, postal_code: str
) -> None:
    assert address_key(street, unit, postal_code) == HOME.key


def test_another_apartment_is_another_home() -> None:
    assert replace(HOME, unit="5").key != HOME.key
    assert HOME.line == "12 North Main Street, Apt. 4, Los Angeles, CA 90011"


def test_what_is_acceptable_has_no_problems() -> None:
    assert contact_problems(GOOD) == {}
    assert address_problems(HOME) == {}


@pytest.mark.parametrize(
    ("contact", "fields"),
    [
        (replace(GOOD, given_name=" "), {"given_name"}),
        (replace(GOOD, family_name="x" * 101), {"family_name"}),
        (replace(GOOD, relationship="boss"), {"relationship"}),
        (replace(GOOD, phone="call me"), {"phone"}),
        (replace(GOOD, phone=""), {"phone"}),
        (replace(GOOD, phone="", email="a@b.example"), set()),
        (replace(GOOD, email="no address"), {"email"}),
        (replace(GOOD, language="xx"), {"language"}),
        (replace(GOOD, position=0), {"position"}),
        (replace(GOOD, court_order_note="x" * 2001), {"court_order_note"}),
    ],
)
def test_problems_of_contacts(contact: ContactDetails, fields: set[str]) -> None:
    assert set(contact_problems(contact)) == fields


def test_problems_of_addresses_come_all_at_once() -> None:
    bad = Address(" ", "", "California", "9001", "x" * 21)
    assert set(address_problems(bad)) == {"street", "city", "state", "postal_code", "unit"}


@pytest.mark.parametrize(
    ("tracks", "suggested"),
    [([], None), ([""], None), (["B"], "B"), (["C", "B", "C"], "C"), (["C", "B"], "B")],
)
def test_the_track_of_most_siblings_is_suggested(tracks: list[str], suggested: str | None) -> None:
    assert suggested_track(tracks) == suggested
