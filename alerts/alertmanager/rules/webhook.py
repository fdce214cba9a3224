"""What another Alertmanager tells a webhook (its format, version 4)."""

from alerts.alertmanager.rules.postable_alerts import (
    Arrival,
    Posted,
    Unfit,
    change_of,
    refuse_unfit,
)
from alerts.alertmanager.rules.refusals import missing
from alerts.alertmanager.rules.tree import Reader, Tree
from alerts.rules import AlertChange, Status

READER = Reader("notification")


def read_notification(body: bytes, arrival: Arrival) -> tuple[Posted, str]:
    """The alerts of a notification, and the address that its sender gives as its own.

    A firing alert counts until it is resolved, or until nobody has told it again for
    ``arrival.resolve_timeout``. Raises Coded when the body is of another shape.
    """
    tree = READER.tree(READER.load(body), "Go value", "webhook.Message")
    items = tree.get("alerts")
    if items is None:
        raise missing("alerts")
    if not isinstance(items, list):
        raise READER.mistyped(items, "Go struct field .alerts", "template.Alerts")
    changes, problems = [], []
    for item in items:
        alert = READER.tree(item, "Go struct field .alerts", "template.Alert")
        try:
            changes.append(_change(alert, arrival))
        except Unfit as unfit:
            problems.append(str(unfit))
    return Posted(changes, problems), READER.text(tree.get("externalURL"), "field .externalURL")


def _change(alert: Tree, arrival: Arrival) -> AlertChange:
    labels = READER.texts(alert.get("labels"), "Go struct field .labels")
    labels = {name: text for name, text in labels.items() if text}
    annotations = READER.texts(alert.get("annotations"), "Go struct field .annotations")
    starts_at = READER.time(alert.get("startsAt"), "Go struct field .startsAt")
    ends_at = READER.time(alert.get("endsAt"), "Go struct field .endsAt")
    status = READER.text(alert.get("status"), "Go struct field .status")
    if status not in tuple(Status):
        raise Unfit(f'invalid status "{status}": use firing or resolved')
    refuse_unfit(labels, annotations, None, None)
    here = arrival.shift.theirs(arrival.now)
    over = min(ends_at or here, here) if status == Status.RESOLVED else None
    url = READER.text(alert.get("generatorURL"), "Go struct field .generatorURL")
    return change_of(labels, annotations, url, starts_at, over, arrival)
