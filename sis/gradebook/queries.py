"""Reading the gradebook's own tables."""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from sis.gradebook.models import Category, LineItem, Result, Sourced

_ONE_WRITER = 2015_01_13  # the number of the lock is ours to choose


def wait_for_others(session: Session) -> None:
    """Until the end of the transaction nobody else writes to the gradebook.

    SQLite has one writer anyway. On PostgreSQL, changes must become visible in the order of their
    times: whoever reads what changed since the last time would else miss what was committed late.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_WRITER})


def last_modified_at(session: Session, model: type[Sourced]) -> datetime | None:
    """The newest time of change in the table, None when it is empty."""
    return session.scalar(select(func.max(model.modified_at)))


def find_record(session: Session, model: type[Sourced], sourced_id: str) -> Sourced | None:
    """The record of that id, deleted or not."""
    return session.scalars(select(model).where(model.sourced_id == sourced_id)).one_or_none()


def has_categories(session: Session) -> bool:
    """Whether there is or was any category."""
    return session.scalar(select(Category.id).limit(1)) is not None


def list_results_of(session: Session, line_item_id: int) -> list[Result]:
    """The results of a line item that are not deleted."""
    return list(
        session.scalars(
            select(Result).where(Result.line_item_id == line_item_id, Result.status == "active")
        )
    )


def sections_of_line_items(session: Session, line_item_ids: set[int]) -> dict[int, int]:
    """From a line item to its section."""
    rows = session.execute(
        select(LineItem.id, LineItem.section_id).where(LineItem.id.in_(line_item_ids))
    )
    return {item: section for item, section in rows}
