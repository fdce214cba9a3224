"""``alerts.escalations`` and ``alerts.teams``: who is told next while nobody acknowledges."""

from collections.abc import Mapping

from alerts.escalation.chain import Chain

Chains = Mapping[str, Chain]
Teams = Mapping[str, tuple[str, ...]]


def wrong_names(chains: Chains, teams: Teams, receivers: frozenset[str]) -> list[str]:
    """What the chains name and the configuration does not have, one sentence each."""
    problems = []
    for name, chain in chains.items():
        for number, step in enumerate(chain.steps):
            told, place = step.notify, f"escalations.{name}[{number}].notify"
            if told is None:
                continue
            if told.team is not None and told.team not in teams:
                problems.append(f"{place}.team is {told.team!r}; teams has {_list(teams)}")
            if told.receiver is not None and told.receiver not in receivers:
                problems.append(
                    f"{place}.receiver is {told.receiver!r}; receivers has {_list(receivers)}"
                )
    return problems


def _list(names: Mapping[str, object] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
