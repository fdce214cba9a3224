"""How Alertmanager says no: a sentence, or a code with a message."""

from http import HTTPStatus

from core.errors import AppError

REQUIRED = 602
WRONG_TYPE = 601
TOO_FEW = 612


class Sentence(AppError):
    """Answered as a JSON string."""


class Coded(AppError):
    """Answered as ``{"code", "message"}``; ``number`` is go-swagger's, or the status."""

    def __init__(self, message: str, status: HTTPStatus, number: int | None = None) -> None:
        super().__init__(message, status=status)
        self.number = number or int(status)


def missing(path: str) -> Coded:
    """A field that must be there is not."""
    return Coded(f"{path} in body is required", HTTPStatus.UNPROCESSABLE_ENTITY, REQUIRED)


def unreadable(what: str, why: str) -> Coded:
    """The body is not JSON, or not of the right shape."""
    message = f'parsing {what} body from "" failed, because {why}'
    return Coded(message, HTTPStatus.BAD_REQUEST)
