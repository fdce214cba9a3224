"""A scheduler process to be killed in the middle of a job: URL FOLDER."""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from core.db import Database
from core.jobs.job import Job
from core.jobs.runner import Scheduler
from core.runtime import Runtime
from tests.core.jobs.support import make_runtime


def main(url: str, folder: Path) -> None:
    def work(_runtime: Runtime, _now: datetime) -> None:
        (folder / "began").touch()
        time.sleep(60)

    job = Job("long", timedelta(days=1), work)
    Scheduler(make_runtime(Database(url), folder), [job]).start()
    time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
