"""HiGHS at work on a program: a bound by its linear relaxation, and the best whole numbers."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
from typing_extensions import override

from core.clock import monotonic
from sis.scheduling.engine.matching import Choice
from sis.scheduling.engine.needs import Problem
from sis.scheduling.engine.program import INFINITY, Program
from sis.scheduling.engine.score import Score
from sis.scheduling.engine.unravel import unravel

LEAST_SECONDS = 0.05
EXACT = 1e-7

Values = list[float]


class _Silent(highspy.Highs):
    """HiGHS without its banner, which the first registration of a callback prints."""

    @override
    def enableCallbacks(self) -> None:
        self.silent()
        untyped: Any = super()
        untyped.enableCallbacks()


def relax(program: Program, deadline: float) -> Score | None:
    """No schedule of the program's students scores more; None when time was too short.

    One relaxation for each part of the score: as one objective the parts differ too much in size
    for an interior point.
    """
    placed = _relaxed(program, program.placed, deadline)
    if placed is None:
        return None
    must = _with_floor(program, program.placed, placed)
    complete = _relaxed(must, program.complete, deadline)
    return Score(placed, program.scale if complete is None else complete)


def _relaxed(program: Program, objective: Mapping[int, float], deadline: float) -> int | None:
    solver = _solver(deadline)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.passModel(_model(program, objective))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return math.floor(solver.getInfo().objective_function_value * (1 + EXACT) + 0.01)


def maximise(
    program: Program, problem: Problem, bound: Score, deadline: float, seed: int
) -> tuple[Mapping[str, Choice] | None, Score]:
    """The best schedule found that places what ``bound`` allows, and a bound as proved by then.

    Should nobody be able to place that much, the bound sinks to what is possible. Among equally
    good schedules the one with the most points. None: nothing was found in time.
    """
    must = _with_floor(program, program.placed, bound.placed)
    values, complete, proved = _run(must, program.complete, deadline, seed)
    if values is None and proved:
        values, worth, proved = _run(program, program.worth(), deadline, seed)
        bound = min(bound, program.score(worth))
    elif values is not None:
        bound = min(bound, Score(bound.placed, complete))
    if values is None:
        return None, bound
    if proved and len(set(program.points.values())) > 1:
        values = _refine(program, values, deadline, seed)
    return _choices(program, problem, values), bound


def _refine(program: Program, values: Values, deadline: float, seed: int) -> Values:
    """As good a schedule with the most points that time allows."""
    reached = [sum(w * values[c] for c, w in part.items()) for part in program.parts()]
    for part, amount in zip(program.parts(), reached, strict=True):
        program = _with_floor(program, part, round(amount))
    better, _, _ = _run(program, program.points, deadline, seed, start=values)
    return values if better is None else better


def _with_floor(program: Program, part: Mapping[int, float], floor: int) -> Program:
    if not part:
        return program
    row = (float(floor), INFINITY, list(part), list(part.values()))
    return replace(program, rows=[*program.rows, row])


def _run(
    program: Program,
    objective: Mapping[int, float],
    deadline: float,
    seed: int,
    start: Values | None = None,
) -> tuple[Values | None, int, bool]:
    """Values of the columns, a bound of the objective, and whether the search came to its end."""
    solver = _solver(deadline)
    solver.setOptionValue("random_seed", seed)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.99)
    model = _model(program, objective)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(program.upper)
    solver.passModel(model)
    if start is not None:
        hint = highspy.HighsSolution()
        hint.col_value = start
        solver.setSolution(hint)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    bound = info.mip_dual_bound
    known = math.floor(bound + 0.01) if math.isfinite(bound) else sum(map(int, program.upper))
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, known, status == highspy.HighsModelStatus.kInfeasible
    values = [float(value) for value in solver.getSolution().col_value]
    return values, known, status == highspy.HighsModelStatus.kOptimal


def _solver(deadline: float) -> highspy.Highs:
    make: Any = _Silent  # the library's constructor has no types
    solver: highspy.Highs = make()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", max(LEAST_SECONDS, deadline - monotonic()))
    return solver


def _model(program: Program, objective: Mapping[int, float]) -> highspy.HighsLp:
    model = highspy.HighsLp()
    columns, rows = len(program.upper), len(program.rows)
    model.num_col_, model.num_row_ = columns, rows
    costs = np.zeros(columns)
    costs[list(objective)] = list(objective.values())
    model.col_cost_ = costs
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.array(program.upper)
    model.row_lower_ = np.array([row[0] for row in program.rows])
    model.row_upper_ = np.array([row[1] for row in program.rows])
    model.sense_ = highspy.ObjSense.kMaximize
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row[2]) for row in program.rows)])
    model.a_matrix_.index_ = np.array([column for row in program.rows for column in row[2]])
    model.a_matrix_.value_ = np.array([weight for row in program.rows for weight in row[3]])
    return model


def _choices(program: Program, problem: Problem, values: Sequence[float]) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for group in program.groups:
        complete = 0 if group.complete is None else round(values[group.complete])
        for whole, names in (
            (True, group.students[:complete]),
            (False, group.students[complete:]),
        ):
            counts: dict[tuple[int, int], int] = defaultdict(int)
            for count, column in group.counts.items():
                if count.whole == whole and round(values[column]):
                    counts[count.row, count.cell] += round(values[column])
            if names:
                choices = unravel(group.need, counts, len(names), problem.cells)
                found.update(zip(names, choices, strict=True))
    return found
