"""The command ``alerts vapid-keys``."""

import click


@click.group("alerts")
def alerts_group() -> None:
    """Try and explain the ways of alerts."""


@alerts_group.command("vapid-keys")
def vapid_keys() -> None:
    """Make the keys of browser push, and print them.

    The private one belongs into the environment, for vapid_private_key of the push channel.
    Exit codes: 0 done.
    """
    from py_vapid import Vapid02
    from py_vapid.utils import b64urlencode

    from alerts.channels.push import public_key_of

    vapid = Vapid02()
    vapid.generate_keys()
    number = vapid.private_key.private_numbers().private_value
    click.echo(f"private key: {b64urlencode(number.to_bytes(32, 'big'))}")
    click.echo(f"public key:  {public_key_of(vapid)}")
