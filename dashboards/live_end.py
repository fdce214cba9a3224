"""Ending the live streams when the server's worker process is asked to end."""

import os
import signal
import threading

from dashboards.live import Broadcaster

ENDINGS = frozenset({signal.SIGTERM, signal.SIGINT})


def close_on_signals(live: Broadcaster) -> None:
    """End the streams as soon as SIGTERM or SIGINT arrives; only the main thread may ask for it.

    The server waits for every request that has begun, and a stream never finishes by itself. It
    also installs signal handlers of its own after the application is made, so this listens
    beside them: Python writes the number of each signal that it handles into the wake-up pipe.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def listen() -> None:
        while not ENDINGS.intersection(os.read(reading, 16)):
            continue
        live.close()

    threading.Thread(target=listen, name="live-end", daemon=True).start()
