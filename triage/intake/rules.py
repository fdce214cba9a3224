"""What a probe's ticket says and when a new number is worth telling."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

MOST_SAMPLES = 20
SMALLEST_CHANGE = 5
SMALLEST_PART = 0.2


@dataclass(frozen=True)
class Finding:
    """What the probe measured at a school at one moment; ``zone`` is the school's own."""

    school_name: str
    school_path: str
    value: int | None
    threshold: int | None
    denominator: int | None
    sample_ids: tuple[str, ...]
    at: datetime
    zone: ZoneInfo

    @property
    def when(self) -> str:
        local = self.at.astimezone(self.zone)
        return f"{local:%H:%M} on {local:%A}, {local.day} {local:%B %Y}"


def subject(finding: Finding) -> str:
    """``Bell High School: 23 students without a complete schedule``."""
    name = finding.school_name[:120]
    if finding.value is None:
        return f"{name}: students without a complete schedule"
    noun = "student" if finding.value == 1 else "students"
    return f"{name}: {finding.value} {noun} without a complete schedule"


def description(finding: Finding) -> str:
    """The first message: what was measured, against what, when, and where to look."""
    of = f" of {finding.denominator:,} enrolled today" if finding.denominator is not None else ""
    how_many = "too many" if finding.value is None else str(finding.value)
    lines = [f"At {finding.when}, {how_many} students{of} had no complete schedule."]
    if finding.threshold is not None:
        lines.append(
            f"The district's limit is {finding.threshold} students at a school after 10:00."
        )
    lines.append(f"The school's page: {finding.school_path}")
    if finding.sample_ids:
        shown = ", ".join(finding.sample_ids[:MOST_SAMPLES])
        lines.append(f"Some of them (student ids): {shown}")
    return "\n".join(lines)


def still(finding: Finding, before: int | None) -> str:
    """The message when the number has moved on."""
    was = f" (it was {before})" if before is not None else ""
    return f"At {finding.when}: {finding.value} students without a complete schedule{was}."


def again(finding: Finding) -> str:
    """The message when the probe fires while the ticket is still open."""
    return f"Over the limit again. {description(finding)}"


def cleared(finding: Finding, *, solved: bool) -> str:
    """The message when the school is back under the limit."""
    left = "" if finding.value is None else f" ({finding.value} without a complete schedule)"
    if solved:
        return f"Cleared by itself at {finding.when}{left}; nobody had taken this ticket."
    return f"Back under the limit at {finding.when}{left}. Solve the ticket when you are done."


def worth_telling(before: int | None, value: int | None) -> bool:
    """Whether the number has moved by 5 students and by a fifth since it was last told."""
    if value is None or before == value:
        return False
    if before is None:
        return True
    return abs(value - before) >= max(SMALLEST_CHANGE, SMALLEST_PART * before)
