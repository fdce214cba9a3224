"""What changes the monitors' tables besides evaluation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from monitors.models import ReadingRecord, SampleRecord, SelfCheckRecord

EXAMPLES = 20


def record_self_check(
    session: Session, name: str, differences: Sequence[str], now: datetime
) -> None:
    """Remember the newest check of a kept answer, with the first differences (ids only)."""
    session.merge(
        SelfCheckRecord(
            name=name,
            at=now,
            differences=len(differences),
            examples=list(differences[:EXAMPLES]),
        )
    )


def forget_old_measurements(
    session: Session, *, readings_before: datetime, totals_before: datetime
) -> None:
    """Delete old samples and readings; each subject keeps the reading that still holds."""
    session.execute(delete(SampleRecord).where(SampleRecord.at < totals_before))
    newest = (
        select(func.max(ReadingRecord.id))
        .group_by(ReadingRecord.probe, ReadingRecord.subject)
        .scalar_subquery()
    )
    session.execute(
        delete(ReadingRecord).where(
            ReadingRecord.at < readings_before, ReadingRecord.id.not_in(newest)
        ),
        execution_options={"synchronize_session": False},
    )
