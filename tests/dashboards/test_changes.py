from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from core.db import Database
from tests.core.web_site import Site
from tests.dashboards.boards import fill_morning, open_site, reader, text_of
from tests.dashboards.district import District


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return open_site(database, tmp_path)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that is read with."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(database.reader, "before_cursor_execute", note)
    yield seen
    event.remove(database.reader, "before_cursor_execute", note)


def test_a_live_part_shows_a_change_at_once(site: Site, database: Database) -> None:
    ids = fill_morning(database)
    sue = reader(site)
    assert "Open tickets 1" in text_of(sue.get("/parts/tiles").text)
    with database.write() as session:
        District(session).ticket(ids["calm"])
    assert "Open tickets 2" in text_of(sue.get("/parts/tiles", X_Live="1").text)


def test_the_page_works_without_any_data_and_says_why_it_is_empty(site: Site) -> None:
    page = text_of(reader(site).get("/").text)
    assert "Nothing has been measured yet" in page
    assert "They arrive with the first import" in page
    assert "there is no map" in page


def test_a_second_reader_costs_a_look_at_the_stamp_and_not_a_board(
    site: Site, database: Database, statements: list[str]
) -> None:
    fill_morning(database)
    sue = reader(site)
    sue.get("/", X_Live="1")
    statements.clear()
    sue.get("/", X_Live="1")
    assert len(statements) <= 8
    assert not any("probe_state" in statement for statement in statements)
