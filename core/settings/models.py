"""The shape of the settings; every package adds the model of its own section."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A section of config.yaml: frozen, and an unknown key is a problem, not a shrug."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSettings(Strict):
    """``server``: the web process."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    threads: Annotated[int, Field(ge=4, le=1024, description="request threads")] = 96
    sse_limit: Annotated[int, Field(ge=1, description="open live streams at once")] = 64
    secure_cookies: bool = False
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = 0
    base_url: str = ""


class LogSettings(Strict):
    """``logging``."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class RoleSettings(Strict):
    """One entry of ``auth.roles``: what its holders may do, and whether only at their schools."""

    title: str
    permissions: frozenset[str]
    scoped: bool = False


class AuthSettings(Strict):
    """``auth``: sign-in and roles."""

    session_hours: Annotated[int, Field(ge=1, le=24 * 30)] = 12
    idle_minutes: Annotated[int, Field(ge=5)] = 120
    failed_sign_ins: Annotated[int, Field(ge=3, description="before an account waits")] = 8
    lockout_minutes: Annotated[int, Field(ge=1)] = 15
    roles: Mapping[str, RoleSettings] = Field(default_factory=dict)


class DeliverySettings(Strict):
    """``delivery``: the outbox."""

    lease_seconds: Annotated[int, Field(ge=5)] = 60
    first_retry_seconds: Annotated[float, Field(gt=0)] = 2
    last_retry_seconds: Annotated[float, Field(gt=0)] = 900
    max_attempts: Annotated[int, Field(ge=1)] = 20
    workers: Annotated[int, Field(ge=1, le=64)] = 4


class CoreSettings(Strict):
    """The sections that core itself reads."""

    server: ServerSettings = ServerSettings()
    logging: LogSettings = LogSettings()
    auth: AuthSettings = AuthSettings()
    delivery: DeliverySettings = DeliverySettings()


Section = TypeVar("Section", bound=BaseModel)


@dataclass(frozen=True)
class Settings:
    """Everything configured. ``of(Model)`` gives the section that a package declared."""

    core: CoreSettings
    sections: Mapping[type[BaseModel], BaseModel]
    var: Path
    database_url: str
    source: Path | None = None

    def of(self, model: type[Section]) -> Section:
        """The validated section of that model; KeyError if no package declared it."""
        section = self.sections[model]
        assert isinstance(section, model)
        return section
