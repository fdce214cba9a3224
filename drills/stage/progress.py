"""How far the drill's day has come, kept beside the database so that a restart goes on there."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from drills.stage.wishes import DAY, ZONE, Wishes

DAY_ENDS = datetime.combine(DAY, time(17), ZONE)


@dataclass(frozen=True)
class Progress:
    """``reached`` is a district time that the drill's clock has not passed yet (ISO 8601)."""

    district: str
    seed: int
    start: str
    reached: str

    def goes_on_for(self, wishes: Wishes) -> bool:
        """Whether these wishes mean the same day, and that day is not over."""
        same = (self.district, self.seed, self.start) == (
            wishes.district,
            wishes.seed,
            wishes.start.isoformat(),
        )
        last = max(DAY_ENDS, wishes.start + timedelta(hours=2))
        return same and not wishes.fresh and datetime.fromisoformat(self.reached) < last


def read_progress(path: Path) -> Progress | None:
    """What was saved; None when nothing was, or when it cannot be understood."""
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def save_progress(path: Path, progress: Progress) -> None:
    """Replace the file in one step; a crash leaves the old one or the new one."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(progress)), encoding="utf-8")
    temporary.replace(path)
