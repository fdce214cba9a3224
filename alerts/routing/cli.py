"""The commands ``alerts route`` and ``alerts replay``."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from alerts.routing.explaining import Explanation, as_json, explain, parse_labels
from alerts.routing.replaying import LONGEST, Replay, read_candidate, replay
from alerts.routing.rules.decision import REASON_WORDS, Reason
from alerts.routing.rules.trace import Outcome
from alerts.routing.simulation import Message
from alerts.settings import AlertSettings
from core.commandline import pass_runtime
from core.runtime import Runtime
from core.web.settings import site

DIFFERENT = 1
_MARKS = {
    Outcome.TAKEN: "=>",
    Outcome.ENTERED: " v",
    Outcome.NO_MATCH: " -",
    Outcome.NOT_ASKED: " .",
}


@click.group("alerts")
def alerts_group() -> None:
    """Explain routes, and try changed ones on what happened."""


@alerts_group.command("route")
@click.option("--labels", "first", required=True, metavar="NAME=VALUE", help="Then more of them.")
@click.argument("more", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--at", help="Another time: 2015-01-12T10:00 in the district's zone.")
@click.option("--json", "as_one", is_flag=True, help="Print one JSON object.")
@pass_runtime
def route_command(
    runtime: Runtime, first: str, more: tuple[str, ...], at: str | None, as_one: bool
) -> None:
    """Say which routes an alert with these labels takes, and who would be told; tells nobody.

    Exit codes: 0 somebody would be told, 1 nobody would, 2 wrong usage.
    """
    zone = site(runtime.settings).zone
    now = runtime.clock.now() if at is None else _moment(at, zone)
    try:
        labels = parse_labels("\n".join((first, *more)))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with runtime.database.read() as session:
        found = explain(session, labels, runtime.settings.of(AlertSettings), now)
    if as_one:
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        click.echo(_text(found, zone))
    sys.exit(0 if found.told else 1)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"--at {text}: write a time such as 2015-01-12T10:00") from error
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _text(found: Explanation, zone: ZoneInfo) -> str:
    lines = [f"{found.fingerprint} at {found.at.astimezone(zone):%Y-%m-%d %H:%M %Z}", ""]
    for step in found.steps:
        indent = "  " * step.depth
        lines.append(f"{_MARKS[step.outcome]} {indent}{step.matchers} -> {step.route.receiver}")
        lines.append(f"   {indent}{step.reason}")
    for each in found.groups:
        lines += ["", f"Group {each.group.key}", f"  {each.times}"]
        lines += [f"  muted by {name}" for name in each.muted_by]
        lines += [f"  {label}: {missing or 'ready'}" for label, missing in each.channels]
        lines += [f"  escalation: {each.escalation}"] if each.escalation else []
    lines += [""] + [f"Inhibited by {key}" for key in found.inhibited_by]
    lines += [f"Silenced by {key}" for key in found.silenced_by]
    return "\n".join([*lines, found.verdict])


@alerts_group.command("replay")
@click.option(
    "--config",
    "path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A changed config.yaml, or its section alerts alone.",
)
@click.option(
    "--hours",
    default=24,
    show_default=True,
    type=click.IntRange(1, LONGEST // timedelta(hours=1)),
    help="How far back.",
)
@pass_runtime
def replay_command(runtime: Runtime, path: Path, hours: int) -> None:
    """Send the alerts of the last hours through a changed configuration; tells nobody.

    Exit codes: 0 the same messages, 1 other messages, 2 wrong usage or configuration.
    """
    until = runtime.clock.now()
    candidate = read_candidate(path.read_text(encoding="utf-8"))
    current = runtime.settings.of(AlertSettings)
    with runtime.database.read() as session:
        found = replay(
            session, current, candidate, since=until - timedelta(hours=hours), until=until
        )
    click.echo(_differences(found, site(runtime.settings).zone))
    sys.exit(0 if found.same else DIFFERENT)


def _differences(found: Replay, zone: ZoneInfo) -> str:
    lines = [f"{found.changes:,} changes of alerts replayed."]
    if found.truncated:
        lines.append("There were more; only the first of them count.")
    lines += [
        f"{lane.receiver}: {lane.channel}: {lane.before:,} messages, would be {lane.after:,}"
        for lane in found.lanes
    ]
    if found.same:
        return "\n".join([*lines, "The same messages at the same times."])
    lines += [f"- {_line(message, zone)}" for message in found.gone]
    lines += [f"+ {_line(message, zone)}" for message in found.new]
    return "\n".join(lines)


def _line(message: Message, zone: ZoneInfo) -> str:
    return (
        f"{message.at.astimezone(zone):%Y-%m-%d %H:%M:%S} {message.receiver}: {message.channel}: "
        f"{message.firing:,} firing, {message.resolved:,} resolved, "
        f"{REASON_WORDS[Reason(message.reason)]} {message.group_key}".rstrip()
    )
