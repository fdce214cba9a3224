"""Which addresses of a person are told of a page, and how long after it began."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from alerts.channel_settings import Method

CODE_DIGITS = 6
MOST_WRONG_CODES = 5
CODE_LIFETIME = timedelta(minutes=15)
CODE_PAUSE = timedelta(seconds=60)
MOST_CONTACTS = 12
LONGEST_WAIT = timedelta(days=1)

_MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]+\.[^@\s<>,;\"]{2,}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_SLACK = re.compile(r"[UW][A-Z0-9]{6,20}")


@dataclass(frozen=True)
class Address:
    """A verified address."""

    contact_id: int
    method: Method
    address: str


@dataclass(frozen=True)
class Rule:
    """``severity`` empty means any."""

    contact_id: int
    severity: str
    after: timedelta


@dataclass(frozen=True)
class Page:
    """One message to one address, ``after`` the page began."""

    to: Address
    after: timedelta


def pages_for(
    severity: str, addresses: Sequence[Address], rules: Sequence[Rule]
) -> tuple[Page, ...]:
    """The messages of one page of that severity, soonest first.

    The rules for that very severity count, or without any those for every severity. Without a rule
    that leads to a verified address every verified address is told at once: somebody who has set up
    nothing is reached all the same.
    """
    known = {address.contact_id: address for address in addresses}
    usable = [rule for rule in rules if rule.contact_id in known]
    chosen = [rule for rule in usable if rule.severity == severity and severity]
    chosen = chosen or [rule for rule in usable if not rule.severity]
    if not chosen:
        return tuple(Page(address, timedelta()) for address in addresses)
    ordered = sorted(chosen, key=lambda rule: (rule.after, rule.contact_id))
    return tuple(Page(known[rule.contact_id], rule.after) for rule in ordered)


def cleaned(method: Method, address: str) -> str:
    """The address as it is kept; ValueError says how to write it.

    Telephone numbers in E.164, with the marks left out that people write between digits.
    """
    text = address.strip()
    if method in (Method.SMS, Method.VOICE):
        text = re.sub(r"[\s().-]", "", text)
        if re.fullmatch(r"\d{10}", text):
            text = f"+1{text}"
        if not _PHONE.fullmatch(text):
            raise ValueError("Write the number with its country, such as +1 213 555 0100.")
    elif method == Method.MAIL:
        if len(text) > 254 or not _MAIL.fullmatch(text):
            raise ValueError("Write an address such as name@district.example.")
        text = text.lower()
    elif method == Method.SLACK:
        text = text.upper()
        if not _SLACK.fullmatch(text):
            raise ValueError("Write your Slack member ID, such as U012AB3CD (profile, ⋮, Copy).")
    return text
