"""``probes`` and ``monitors`` in config.yaml: what is watched, how often, and how it is judged."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    RootModel,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from core.durations import Duration
from core.settings import Settings, Strict
from monitors.discovery import probe_types
from monitors.probe import Defaults, ProbeType
from monitors.rules import Policy


class ProbeKeys(Strict):
    """What every entry of ``probes`` may say, whatever its type; None: as the type does."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Annotated[
        str,
        Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$", description="tells two probes of a type apart"),
    ]
    type: Annotated[str, Field(description="the file in monitors/probes that measures")]
    enabled: Annotated[bool, Field(description="false switches the probe off")] = True
    every: Annotated[
        Duration | None, Field(ge=timedelta(seconds=1), description="time between two runs")
    ] = None
    attempts: Annotated[
        int | None, Field(ge=1, le=100, description="failures in a row before it fires")
    ] = None
    hold_for: Annotated[
        Duration | None,
        Field(alias="for", description="how long it must have failed before it fires"),
    ] = None
    clears: Annotated[
        int | None, Field(ge=1, le=100, description="good results in a row that resolve it")
    ] = None
    keep_firing_for: Annotated[
        Duration | None, Field(description="how long it must have been good before it resolves")
    ] = None
    time_limit: Annotated[
        Duration | None, Field(ge=timedelta(seconds=1), description="longest run; then: unknown")
    ] = None
    severity: Annotated[
        Literal["critical", "warning", "info"] | None, Field(description="of its alerts")
    ] = None
    alert: Annotated[
        str | None, Field(pattern=r"^[A-Z][A-Za-z0-9]*$", description="name of its alerts")
    ] = None
    service: Annotated[str | None, Field(description="what is ill when it fires")] = None


class ProbeEntry(BaseModel):
    """One probe, ready to run: its keys with the defaults of its type filled in."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    type: ProbeType
    options: Strict
    enabled: bool
    every: timedelta
    time_limit: timedelta
    severity: str
    alert: str
    service: str
    policy: Policy


def known_keys() -> set[str]:
    """The keys of config.yaml that every probe has."""
    return {field.alias or name for name, field in ProbeKeys.model_fields.items()}


def option_names(probe_type: ProbeType) -> list[str]:
    """The keys of config.yaml that only this type has."""
    return sorted(field.alias or name for name, field in probe_type.options.model_fields.items())


def _refusal(kind: str, message: str, value: Any) -> InitErrorDetails:
    error = PydanticCustomError("probe", "{message}", {"message": message})
    return InitErrorDetails(type=error, loc=(kind,) if kind else (), input=value)


def _find_type(value: Any) -> ProbeType:
    known = ", ".join(sorted(probe_types()))
    if not isinstance(value, dict):
        raise PydanticCustomError("probe", "a probe is a mapping with name and type")
    found = probe_types().get(str(value.get("type")))
    if found is None:
        said = f"there is no probe type {value['type']}" if "type" in value else "type is missing"
        raise PydanticCustomError(
            "probe", "{said}; known are {known}", {"said": said, "known": known}
        )
    return found


def _parts(value: dict[str, Any], probe_type: ProbeType) -> tuple[ProbeKeys, Strict]:
    """Both halves of the entry, or one ValidationError with the problems of both."""
    takes = option_names(probe_type)
    problems = [
        _refusal("", f"unknown option {key}; {probe_type.name} takes {', '.join(takes)}", value)
        for key in value
        if key not in known_keys() and key not in takes
    ]
    made: list[Any] = []
    own = {key: item for key, item in value.items() if key in takes}
    for model, content in ((ProbeKeys, value), (probe_type.options, own)):
        try:
            made.append(model.model_validate(content))
        except ValidationError as error:
            problems += [
                InitErrorDetails(
                    type=PydanticCustomError("probe", "{message}", {"message": found["msg"]}),
                    loc=found["loc"],
                    input=found["input"],
                )
                for found in error.errors()
            ]
    if problems:
        raise ValidationError.from_exception_data("probe", problems)
    return made[0], made[1]


def _policy(keys: ProbeKeys, usual: Policy) -> Policy:
    return Policy(
        attempts=usual.attempts if keys.attempts is None else keys.attempts,
        clears=usual.clears if keys.clears is None else keys.clears,
        hold_for=usual.hold_for if keys.hold_for is None else keys.hold_for,
        keep_firing_for=(
            usual.keep_firing_for if keys.keep_firing_for is None else keys.keep_firing_for
        ),
    )


def _entry(value: Any) -> ProbeEntry:
    if isinstance(value, ProbeEntry):
        return value
    probe_type = _find_type(value)
    keys, options = _parts(value, probe_type)
    usual: Defaults = probe_type.defaults
    return ProbeEntry(
        name=keys.name,
        type=probe_type,
        options=options,
        enabled=keys.enabled,
        every=keys.every or usual.every,
        time_limit=keys.time_limit or usual.time_limit,
        severity=keys.severity or usual.severity,
        alert=keys.alert or usual.alert,
        service=keys.service or usual.service,
        policy=_policy(keys, usual.policy),
    )


class ProbesSettings(RootModel[tuple[Annotated[ProbeEntry, PlainValidator(_entry)], ...]]):
    """``probes``: a list; docs/adding-a-probe.md and the page of probes explain the types."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _none_is_no_probes(cls, value: Any) -> Any:
        return [] if value in (None, {}) else value

    @model_validator(mode="after")
    def _names_differ(self) -> "ProbesSettings":
        names = [entry.name for entry in self.root]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise PydanticCustomError(
                "probe", "two probes are named {names}", {"names": ", ".join(twice)}
            )
        return self


class MonitorSettings(Strict):
    """``monitors``: how long measurements are kept, and how often kept answers are checked."""

    keep_readings_days: Annotated[
        int, Field(ge=1, description="days to keep each school's own values")
    ] = 90
    keep_totals_days: Annotated[
        int, Field(ge=1, description="days to keep the totals of every run")
    ] = 400
    self_check_every: Annotated[
        Duration,
        Field(ge=timedelta(minutes=1), description="time between two checks of kept answers"),
    ] = timedelta(hours=1)


def list_probes(settings: Settings) -> tuple[ProbeEntry, ...]:
    """The configured probes in their order, without those switched off."""
    return tuple(entry for entry in settings.of(ProbesSettings).root if entry.enabled)
