"""Whom an actor stands for."""

from core.auth.actor import Actor
from core.errors import Forbidden


def person_of(by: Actor) -> int:
    """The account id; Forbidden for a program, which has no turns and no addresses."""
    if by.user_id is None:
        raise Forbidden("This belongs to a person: sign in with an account.")
    return by.user_id
