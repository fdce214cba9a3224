"""Units of work for views."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from core.web.context import runtime, visit


@contextmanager
def reading() -> Iterator[Session]:
    """A consistent read; what the block changes is not saved.

    Loaded rows stay usable after the block, for the template.
    """
    shared = visit().unit
    if shared is not None:
        yield shared
        return
    with runtime().database.read() as session:
        yield session
        session.expunge_all()


@contextmanager
def writing() -> Iterator[Session]:
    """A unit of work that commits at the end of the block.

    Inside an ``idempotent`` view the block joins the request's own unit, which commits together
    with the stored answer.
    """
    shared = visit().unit
    if shared is not None:
        yield shared
        shared.flush()
        return
    with runtime().database.write() as session:
        yield session
