"""The refusal of a whole set, before anything is written."""

from collections.abc import Sequence
from http import HTTPStatus

from core.errors import AppError


class ImportRefused(AppError):
    """The set cannot be imported; ``problems`` lists everything that is wrong with it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "import_refused"

    def __init__(self, problems: Sequence[str]) -> None:
        count = len(problems)
        head = f"Nothing was imported: {count} problem{'s' if count != 1 else ''}."
        super().__init__("\n".join([head, *(f"  {problem}" for problem in problems)]))
        self.problems = tuple(problems)
