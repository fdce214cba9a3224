"""The command ``alerts test-send``."""

import secrets

import click

from alerts.delivery import tools_of
from alerts.settings import AlertSettings
from alerts.trials import get_channel, send_trial, trial
from core.commandline import pass_runtime
from core.runtime import Runtime


@click.group("alerts")
def alerts_group() -> None:
    """Try and explain the ways of alerts."""


@alerts_group.command("test-send")
@click.argument("receiver")
@click.argument("channel")
@pass_runtime
def test_send(runtime: Runtime, receiver: str, channel: str) -> None:
    """Send a test message through one channel now, and print what its provider answers.

    It does not pass through the delivery process. Exit codes: 0 accepted, 1 refused, with the
    reason.
    """
    found = get_channel(runtime.settings.of(AlertSettings), receiver, channel)
    tools = tools_of(runtime, secrets.token_hex(20))
    click.echo(send_trial(found, trial(receiver, runtime.clock.now()), tools))
