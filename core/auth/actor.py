"""Who does something. Every action takes one as ``by``."""

from dataclasses import dataclass
from typing import Literal

from core.errors import Forbidden


@dataclass(frozen=True)
class Actor:
    """A person, a token or the system itself.

    ``scope`` holds the sourced ids of the organizations the actor is limited to; None means the
    whole district. ``id`` is stable and holds no personal name (``user:12``, ``token:3``).
    ``person_key`` is the id by which the records know the person, where the account says so.
    """

    kind: Literal["user", "token", "system"]
    id: str
    name: str
    role: str
    permissions: frozenset[str]
    scope: frozenset[str] | None = None
    user_id: int | None = None
    person_key: str | None = None

    def may(self, permission: str) -> bool:
        return self.kind == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the actor holds the permission."""
        if not self.may(permission):
            raise Forbidden(f"This needs the permission {permission}; your role is {self.role}.")


SYSTEM = Actor(
    kind="system", id="system", name="Bellwether", role="system", permissions=frozenset()
)


def system(name: str) -> Actor:
    """The system acting in a named part: ``system:importer``."""
    return Actor("system", f"system:{name}", f"Bellwether {name}", "system", frozenset())
