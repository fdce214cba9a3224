"""Who sees which schools."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM, Actor
from core.errors import NotFound
from sis.organizations.queries import (
    find_school_by_sourced_id,
    get_school_by_sourced_id_for,
    get_school_for,
    list_organizations,
    list_schools,
    school_ids_for,
)
from tests.sis.school import MONDAY, Town

STAFF = Actor("user", "user:1", "Staff", "school_staff", frozenset({"schools.read"}))


@pytest.fixture
def ids(session: Session) -> dict[str, int]:
    town = Town(session)
    district = town.organization("D", "district")
    north = town.organization("ESC-N", "esc", district)
    south = town.organization("ESC-S", "esc", district)
    ids = {"D": district, "ESC-N": north, "ESC-S": south}
    ids |= {name: town.school(name, north) for name in ("S-2", "S-1")}
    ids["S-3"] = town.school("S-3", south)
    for track in ("B", "A"):
        town.calendar(ids["S-3"], {MONDAY: "regular"}, track)
    return ids


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ({"S-1"}, {"S-1"}),
        ({"ESC-N"}, {"S-1", "S-2"}),
        ({"D"}, {"S-1", "S-2", "S-3"}),
        ({"S-3", "ESC-N"}, {"S-1", "S-2", "S-3"}),
        (set(), set()),
        ({"unknown"}, set()),
    ],
)
def test_a_scope_reaches_schools_and_all_below_an_organization(
    session: Session, ids: dict[str, int], scope: set[str], names: set[str]
) -> None:
    actor = replace(STAFF, scope=frozenset(scope))
    assert school_ids_for(session, actor) == {ids[name] for name in names}
    assert {card.sourced_id for card in list_schools(session, actor)} == names


def test_without_a_scope_all_schools_are_seen(session: Session, ids: dict[str, int]) -> None:
    assert school_ids_for(session, SYSTEM) is None
    assert len(list_schools(session, SYSTEM)) == 3


def test_a_school_outside_the_scope_does_not_exist_for_the_actor(
    session: Session, ids: dict[str, int]
) -> None:
    actor = replace(STAFF, scope=frozenset({"S-1"}))
    assert get_school_for(session, actor, ids["S-1"]).sourced_id == "S-1"
    assert get_school_by_sourced_id_for(session, actor, "S-1").id == ids["S-1"]
    with pytest.raises(NotFound):
        get_school_for(session, actor, ids["S-3"])
    with pytest.raises(NotFound):
        get_school_by_sourced_id_for(session, actor, "S-3")
    assert find_school_by_sourced_id(session, actor, "S-3") is None


def test_a_card_tells_the_esc_and_the_tracks(session: Session, ids: dict[str, int]) -> None:
    card = get_school_for(session, SYSTEM, ids["S-3"])
    assert (card.esc_name, card.tracks, card.level) == ("Name of ESC-S", ("A", "B"), "high")
    assert get_school_for(session, SYSTEM, ids["S-1"]).tracks == ()


def test_an_organization_is_no_school(session: Session, ids: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        get_school_for(session, SYSTEM, ids["ESC-N"])


def test_schools_are_found_by_a_part_of_the_name(session: Session, ids: dict[str, int]) -> None:
    assert [card.sourced_id for card in list_schools(session, SYSTEM, search="of s-2")] == ["S-2"]
    assert list_schools(session, SYSTEM, search="%") == []
    assert len(list_schools(session, SYSTEM, level="high", limit=2)) == 2


def test_all_organizations_are_listed_by_name(session: Session, ids: dict[str, int]) -> None:
    found = [(card.sourced_id, card.type) for card in list_organizations(session)]
    assert found[0] == ("D", "district")
    assert len(found) == 6


def test_parents_in_a_circle_do_not_hang(session: Session) -> None:
    town = Town(session)
    first = town.organization("X", "local")
    second = town.organization("Y", "local", first)
    session.connection().exec_driver_sql(
        f"UPDATE organization SET parent_id = {second} WHERE id = {first}"
    )
    assert school_ids_for(session, replace(STAFF, scope=frozenset({"X"}))) == set()
