"""Printed by the delivery process."""

import sys
from typing import Annotated, Literal

from pydantic import Field

from alerts.channel import Channel, Tools
from alerts.notification import Notification, listing


class Console(Channel):
    """One line on the standard output of the delivery process: nothing to set up.

    For the demonstration, for development, and for installations that collect what their
    processes print.
    """

    type: Literal["console"] = "console"
    lines: Annotated[int, Field(ge=1, le=100, description="alerts told one by one")] = 5

    def deliver(self, notification: Notification, tools: Tools) -> str:
        status = notification.status.upper()
        line = f"[{tools.clock_time(notification.at)}] {status}: {notification.title}"
        if len(notification.alerts) > 1:
            total = notification.firing_count + notification.resolved_count
            shown, more = listing(notification.alerts, total, self.lines)
            told = [alert.line for alert in shown]
            line += f" ({'; '.join([*told, more] if more else told)})"
        # One write, so that lines of other processes on the same terminal do not cut it in two.
        sys.stdout.write(" ".join(line.split()) + "\n")
        sys.stdout.flush()
        return "printed"
