"""``oneroster client``: the programs that may use the service."""

import json
from collections.abc import Iterable

import click

from core.auth.actor import system
from core.commandline import pass_runtime
from core.runtime import Runtime
from sis.oneroster.clients.actions import create_client, revoke_client
from sis.oneroster.clients.queries import get_client_named, list_clients
from sis.oneroster.clients.rules import SCOPES, full

COMMAND_LINE = system("command line")


@click.group("oneroster")
def oneroster_group() -> None:
    """The OneRoster service."""


@oneroster_group.group("client")
def client_group() -> None:
    """Programs that may use the OneRoster service (OAuth 2 client credentials)."""


def _split(values: Iterable[str]) -> list[str]:
    return [scope for value in values for scope in value.replace(",", " ").split()]


@client_group.command("create")
@click.argument("name")
@click.argument("more_scopes", nargs=-1, metavar="")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="S...",
    help=f"Scopes, short or as URIs: {', '.join(SCOPES)}.",
)
@click.option(
    "--org",
    "organizations",
    multiple=True,
    metavar="SOURCED_ID",
    help="Limit to this school or service center; may be repeated. Default: the whole district.",
)
@pass_runtime
def create(
    runtime: Runtime,
    name: str,
    more_scopes: tuple[str, ...],
    scopes: tuple[str, ...],
    organizations: tuple[str, ...],
) -> None:
    """Create a client and print its id and secret as JSON. The secret is shown only now.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    with runtime.database.write() as session:
        made = create_client(
            session,
            name,
            scopes=_split([*scopes, *more_scopes]),
            organizations=organizations,
            by=COMMAND_LINE,
            now=runtime.clock.now(),
            real_now=runtime.clock.real_now(),
        )
        told = {
            "client_id": made.client_id,
            "client_secret": made.secret,
            "name": made.client.name,
            "scopes": [full(scope) for scope in made.client.scopes],
            "organizations": made.client.organizations,
        }
    click.echo(json.dumps(told))


@client_group.command("list")
@pass_runtime
def show(runtime: Runtime) -> None:
    """List the clients: id, state, name, scopes, organizations. Secrets are not kept.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    with runtime.database.read() as session:
        for client in list_clients(session):
            state = "revoked" if client.revoked_at else "alive"
            where = ",".join(client.organizations or ["district"])
            scopes = " ".join(client.scopes)
            click.echo(f"{client.client_id}\t{state}\t{client.name}\t{scopes}\t{where}")


@client_group.command("revoke")
@click.argument("name_or_id")
@pass_runtime
def revoke(runtime: Runtime, name_or_id: str) -> None:
    """End a client and its tokens at once, by its id or name (of several, the newest).

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    with runtime.database.write() as session:
        client = get_client_named(session, name_or_id)
        now, real_now = runtime.clock.now(), runtime.clock.real_now()
        revoke_client(session, client, by=COMMAND_LINE, now=now, real_now=real_now)
    click.echo(f"{client.client_id} ({client.name}) is revoked.")
