"""Roles as config.yaml defines them, and what they make of a person or a token."""

from collections.abc import Collection, Iterable

from core.errors import Invalid, Problem
from core.settings import Settings
from core.settings.models import RoleSettings


def check(settings: Settings, permissions: Collection[str]) -> list[Problem]:
    """Every permission word of ``auth.roles`` that no package declares."""
    roles = settings.core.auth.roles
    return [
        Problem(
            f"auth.roles.{name}.permissions",
            f"{word!r} is not a permission",
            f"Use one of {', '.join(sorted(permissions))}.",
        )
        for name, role in roles.items()
        for word in sorted(role.permissions - set(permissions))
    ]


def get_role(settings: Settings, name: str) -> RoleSettings:
    """The role of that name; Invalid with the list of roles when there is none."""
    role = settings.core.auth.roles.get(name)
    if role is None:
        known = ", ".join(sorted(settings.core.auth.roles)) or "none"
        message = f"There is no role {name!r}; config.yaml has {known}."
        raise Invalid(message, fields={"role": message})
    return role


def title_of(settings: Settings, name: str) -> str:
    """What people call the role; the word itself when config.yaml no longer has it."""
    role = settings.core.auth.roles.get(name)
    return role.title if role else name


def permissions_of(settings: Settings, name: str) -> frozenset[str]:
    """What the role allows; nothing when config.yaml no longer has it."""
    role = settings.core.auth.roles.get(name)
    return role.permissions if role else frozenset()


def scope_of(settings: Settings, name: str, organizations: Iterable[str]) -> frozenset[str] | None:
    """The organizations an actor is limited to; None is the whole district.

    A role that is bound to schools without any school sees nothing, rather than everything.
    """
    given = frozenset(organizations)
    role = settings.core.auth.roles.get(name)
    if given or role is None or role.scoped:
        return given
    return None


def require_scope(settings: Settings, name: str, organizations: Collection[str]) -> None:
    """Invalid when the role does not exist, or is bound to schools and none is given."""
    if get_role(settings, name).scoped and not organizations:
        message = f"The role {name} is bound to schools: give at least one."
        raise Invalid(message, fields={"school": message})
