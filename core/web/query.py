"""Reading the query string: typed, bounded, and refused with the name of what is wrong."""

import re
from collections.abc import Collection
from datetime import datetime

from flask import request

from core.errors import Invalid

_NUMBER = re.compile(r"-?[0-9]{1,19}")


def number(name: str, default: int, *, least: int = 0, most: int = 2**63 - 1) -> int:
    """The integer ``?name=``; Invalid when it is none or out of bounds."""
    text = request.args.get(name, "").strip()
    if not text:
        return default
    if not (_NUMBER.fullmatch(text) and least <= int(text) <= most):
        message = f"Give a whole number from {least} to {most}."
        raise Invalid(f"{name}: {message}", fields={name: message})
    return int(text)


def words(name: str, default: str = "", *, most: int = 200) -> str:
    """The text ``?name=``, trimmed; Invalid when it is longer than ``most`` characters."""
    text = request.args.get(name, default).strip()
    if len(text) > most:
        message = f"Use at most {most} characters."
        raise Invalid(f"{name}: {message}", fields={name: message})
    return text


def choice(name: str, allowed: Collection[str], default: str = "") -> str:
    """One of ``allowed``, or ``default`` when the name is absent or empty."""
    text = request.args.get(name, "").strip()
    if not text:
        return default
    if text not in allowed:
        message = f"Use one of {', '.join(sorted(allowed))}."
        raise Invalid(f"{name}: {message}", fields={name: message})
    return text


def moment(name: str, default: datetime) -> datetime:
    """The moment ``?name=``, ISO 8601 with an offset; Invalid when it is none."""
    text = request.args.get(name, "").strip().replace(" ", "+")
    if not text:
        return default
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1990 <= found.year <= 2100:
        message = "Give a time such as 2015-01-12T10:00:00Z."
        raise Invalid(f"{name}: {message}", fields={name: message})
    return found
