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
    """The web process."""

    host: Annotated[
        str, Field(description="address to listen on; HOST in the environment wins")
    ] = "127.0.0.1"
    port: Annotated[
        int, Field(ge=1, le=65535, description="port to listen on; PORT in the environment wins")
    ] = 8000
    threads: Annotated[
        int, Field(ge=4, le=1024, description="requests and live streams answered at once")
    ] = 96
    sse_limit: Annotated[
        int, Field(ge=1, description="live streams at once; keep it well below threads")
    ] = 64
    secure_cookies: Annotated[
        bool, Field(description="send cookies and HSTS for https only; set it behind TLS")
    ] = False
    trusted_proxies: Annotated[
        int, Field(ge=0, le=5, description="reverse proxies whose X-Forwarded headers count")
    ] = 0
    base_url: Annotated[
        str, Field(description="how people reach the service, for links in alerts and tickets")
    ] = ""


class LogSettings(Strict):
    """Structured logs on standard error."""

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="least severe level shown")
    ] = "INFO"


class RoleSettings(Strict):
    """One role."""

    title: Annotated[str, Field(description="the name that people see")]
    permissions: Annotated[
        frozenset[str], Field(description="permission words, as docs/configuration.md lists them")
    ]
    scoped: Annotated[
        bool, Field(description="sees only the organizations that the account names")
    ] = False


class AuthSettings(Strict):
    """Sign-in and roles."""

    session_hours: Annotated[
        int, Field(ge=1, le=24 * 30, description="hours after which everybody signs in again")
    ] = 12
    idle_minutes: Annotated[
        int, Field(ge=5, description="minutes without a request that end a session")
    ] = 120
    failed_sign_ins: Annotated[
        int, Field(ge=3, description="wrong passwords before an account or address must wait")
    ] = 8
    lockout_minutes: Annotated[int, Field(ge=1, description="how long it must wait")] = 15
    roles: Annotated[
        Mapping[str, RoleSettings], Field(description="role name to what its holders may do")
    ] = Field(default_factory=dict)


class DeliverySettings(Strict):
    """The outbox."""

    lease_seconds: Annotated[
        int, Field(ge=5, description="how long a claimed message belongs to one process")
    ] = 15
    first_retry_seconds: Annotated[
        float, Field(gt=0, description="upper bound of the first wait; doubled each time")
    ] = 2
    last_retry_seconds: Annotated[
        float, Field(gt=0, description="upper bound that the waits stop growing at")
    ] = 900
    max_attempts: Annotated[
        int, Field(ge=1, description="attempts before a message is given up as dead")
    ] = 20
    workers: Annotated[int, Field(ge=1, le=64, description="messages sent at once")] = 8


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
