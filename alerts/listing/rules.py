"""What the list of alerts can be asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from alerts.rules import Status

STATES = {
    "active": "Active: firing and told",
    "suppressed": "Suppressed: firing, told to nobody",
    "resolved": "Resolved",
}
COLUMNS = {"alertname": "Alert name", "service": "Service", "school": "School"}
"""Labels that the list can be narrowed to and grouped by."""
RECEIVER = "receiver"
GROUPINGS = {**COLUMNS, RECEIVER: "Receiver and group"}
ACKNOWLEDGED = {"yes": "Yes", "no": "No"}
NONE = "-"
"""Asked for in place of a label's value: alerts that do not have the label."""


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; an empty text means any.

    ``group`` is the number of a group of alerts, 0 for any. ``by`` is one of ``GROUPINGS``, and
    ``open`` names the groups whose alerts are shown.
    """

    state: str = ""
    status: str = ""
    severity: str = ""
    alertname: str = ""
    service: str = ""
    school: str = ""
    acknowledged: str = ""
    q: str = ""
    group: int = 0
    by: str = ""
    open: tuple[str, ...] = ()

    @property
    def held_back(self) -> bool | None:
        """Whether alerts must be held back or told; None for either."""
        return {"active": False, "suppressed": True}.get(self.state)

    @property
    def only_status(self) -> str:
        """The status that alerts must have, empty for any."""
        if self.held_back is not None:
            return Status.FIRING
        return Status.RESOLVED if self.state else self.status

    @property
    def grouped_status(self) -> str:
        """The status of the alerts that groups count: what fires, unless they ask otherwise."""
        return self.only_status or Status.FIRING

    @property
    def params(self) -> dict[str, Any]:
        """The query string of the same list; nothing where nothing is asked for."""
        asked = {name: value for name, value in vars(self).items() if value}
        return {
            name: list(value) if isinstance(value, tuple) else str(value)
            for name, value in asked.items()
        }

    @property
    def closed(self) -> "Asked":
        """The same list with no group open."""
        return replace(self, open=())

    def toggled(self, key: str) -> "Asked":
        """The same list with that group open, or closed when it is open."""
        others = tuple(each for each in self.open if each != key)
        return replace(self, open=others if key in self.open else (*others, key))

    def inside(self, key: str) -> "Asked":
        """The list of the alerts of one group."""
        whole = replace(self, by="", open=())
        if self.by == RECEIVER:
            return replace(whole, group=int(key))
        narrowed: dict[str, Any] = {self.by: key}
        return replace(whole, **narrowed)


def said(done: int, asked: int, what: str) -> str:
    """``3 alerts acknowledged; 1 was not: ...`` in full sentences."""
    left = asked - done
    sentence = f"{done:,} {'alert' if done == 1 else 'alerts'} {what}."
    if left:
        are = "one is" if left == 1 else f"{left:,} are"
        sentence += f" The other {are} with somebody else, or no longer firing."
    return sentence


def open_first(keys: Sequence[str], most: int) -> tuple[str, ...]:
    """The groups that are shown open: each once, ``most`` at a time, the last ones opened."""
    return tuple(dict.fromkeys(keys))[-most:]
