"""Solving plain instances in tests."""

import json
from typing import Any

from sis.scheduling.engine.files import read_instance, write_answer
from sis.scheduling.engine.solve import solve


def solved(instance: dict[str, Any], seconds: float = 20.0) -> dict[str, Any]:
    """The answer's JSON, parsed again as a reader of the file would."""
    answer = solve(read_instance(json.dumps(instance)), seconds=seconds)
    parsed: dict[str, Any] = json.loads(json.dumps(write_answer(answer)))
    return parsed
