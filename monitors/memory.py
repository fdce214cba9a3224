"""What the newest evaluation of a probe left in the database, kept by the process that made it.

Reading a row for every school each minute is most of what a quiet sweep costs. The rows are the
truth: the memory is used only while the run's token in the database is the one it was kept under,
so another process, a restore or a transaction that was rolled back makes it worthless by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitors.judging import Judgement, Known
from monitors.rules import Status

_newest: dict[str, tuple[str, Mapping[str, Known]]] = {}


def recall(probe: str, token: str) -> Mapping[str, Known] | None:
    """What stands in the table for a probe whose newest run has this token, if we know."""
    kept_under, known = _newest.get(probe, ("", {}))
    return known if token and token == kept_under else None


def keep(probe: str, token: str, judged: Iterable[Judgement], new_ids: Mapping[str, int]) -> None:
    """Remember what was written for these judgements; ``new_ids``: the rows made, by subject."""
    known = (_written(one, new_ids) for one in judged if not one.is_over)
    _newest[probe] = (token, {one.last.subject: one for one in known})


def _written(one: Judgement, new_ids: Mapping[str, int]) -> Known:
    """As ``bookkeeping.load_known`` would read it."""
    if one.known is not None and not one.changed:
        return one.known
    identity = one.known.id if one.known else new_ids[one.result.subject]
    last = replace(one.result, status=Status.OK, due_at=None, clears=True, summary="")
    return Known(identity, one.after, last)
