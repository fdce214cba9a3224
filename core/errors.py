"""The three kinds of expected failure; anything else is a bug and becomes a 500."""

from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus


class AppError(Exception):
    """A refusal that a person can understand.

    ``code`` is a stable machine word (``ticket_closed``), ``message`` a sentence that says what
    happened and what to do, ``fields`` names the inputs at fault (input name -> sentence).
    """

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    code: str = "bad_request"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: HTTPStatus | None = None,
        fields: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.fields = fields or {}


class NotFound(AppError):
    """The object does not exist, or the actor may not know that it does."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class Forbidden(AppError):
    """The actor is known and lacks the permission."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class Unauthenticated(AppError):
    """Nobody is signed in, or the bearer token is not valid."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthenticated"


class Conflict(AppError):
    """The object is not in a state that allows this, or somebody else was faster."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class Invalid(AppError):
    """The input is well-formed but refused; ``fields`` says where."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"


class ProviderError(Exception):
    """The outside world failed.

    ``permanent`` means that trying again cannot help; ``retry_after`` is what the provider asked
    us to wait.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the configuration: where, what, and what to do about it."""

    path: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.wrong}. {self.remedy}"


@dataclass
class ConfigError(Exception):
    """Every problem of a configuration at once; the command line exits with 2."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"The configuration has {count} problem{'s' if count != 1 else ''}:"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])
