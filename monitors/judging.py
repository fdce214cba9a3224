"""From stored states and new results to what must be written; pure, one subject at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from monitors.probe import Outcome, Result
from monitors.rules import Policy, Standing, State, Status, advance, first_standing

GONE = "no longer watched"


@dataclass(frozen=True)
class Known:
    """What is stored of one subject."""

    id: int
    standing: Standing
    last: Result


@dataclass(frozen=True)
class Judgement:
    """One subject after a run: ``known`` is None when it was never measured before."""

    known: Known | None
    result: Result
    before: Standing
    after: Standing

    @cached_property
    def moved(self) -> bool:
        return self.before.state is not self.after.state

    @property
    def measured_otherwise(self) -> bool:
        """The value or the denominator is not the stored one."""
        old = self.known.last if self.known else None
        now = (self.result.value, self.result.denominator)
        return old is None or now != (old.value, old.denominator)

    @cached_property
    def changed(self) -> bool:
        """Something of the stored row differs, apart from how fresh the data is."""
        if self.known is None or self.before != self.after:
            return True
        return _stored(self.known.last) != _stored(self.result)

    @property
    def is_over(self) -> bool:
        """The subject is gone, and nothing of it is left to tell."""
        return self.result.note == GONE and self.after.state is State.OK


_COLUMNS = (
    "subject",
    "title",
    "school_id",
    "value",
    "threshold",
    "denominator",
    "sample_ids",
    "note",
)
_stored: Callable[[Result], tuple[Any, ...]] = attrgetter(*_COLUMNS)


def stored_part(result: Result) -> dict[str, Any]:
    """The columns of a state that come from its newest result; without its freshness."""
    found = dict(zip(_COLUMNS, _stored(result), strict=True))
    return {**found, "sample_ids": list(result.sample_ids)}


def judge_all(
    known: Mapping[str, Known], outcome: Outcome, policy: Policy, now: datetime
) -> Iterator[Judgement]:
    """A judgement for every subject that is stored or was measured."""
    results = {result.subject: result for result in outcome.results}
    for subject in sorted(known.keys() | results.keys()):
        stored = known.get(subject)
        result = results.get(subject)
        if result is None and stored is not None:
            result = _not_measured(stored.last, outcome.error)
        if result is None:
            continue
        if stored is not None and result.status is Status.UNKNOWN and result.value is None:
            result = _with_last_value(result, stored.last)
        before = stored.standing if stored else first_standing(now)
        yield Judgement(stored, result, before, advance(before, result.verdict, policy, now))


def _not_measured(last: Result, error: str | None) -> Result:
    """A subject that the outcome does not mention: the probe failed, or it is gone."""
    if error is not None:
        return replace(last, status=Status.UNKNOWN, note=error, summary=f"{last.title}: {error}")
    return replace(
        last,
        status=Status.OK,
        value=None,
        denominator=None,
        sample_ids=(),
        clears=True,
        due_at=None,
        note=GONE,
        summary=f"{last.title}: {GONE}",
    )


def _with_last_value(result: Result, last: Result) -> Result:
    """What was last known stays beside the unknown."""
    return replace(
        result,
        value=last.value,
        threshold=last.threshold,
        denominator=last.denominator,
        sample_ids=last.sample_ids,
        fresh_at=last.fresh_at,
    )
