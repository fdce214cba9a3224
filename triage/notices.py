"""A sentence for the next page."""

from typing import Literal

from flask import flash

from core.web.context import visit


def tell(sentence: str, kind: Literal["ok", "info", "warning"] = "ok") -> None:
    """Show ``sentence`` at the top of the next page; a program with a token has no next page."""
    if visit().by_cookie:
        flash(sentence, kind)
