"""Contacts and addresses in plain terms: what is acceptable, and which addresses are the same."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sis.enrollment.rules.names import folded

RELATIONSHIPS = {
    "mother": "Mother",
    "father": "Father",
    "guardian": "Legal guardian",
    "foster_parent": "Foster parent",
    "stepparent": "Stepparent",
    "grandparent": "Grandparent",
    "relative": "Other relative",
    "caregiver": "Caregiver",
    "other": "Other",
}
LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "ko": "Korean",
    "hy": "Armenian",
    "tl": "Filipino",
    "vi": "Vietnamese",
    "fa": "Farsi",
    "ru": "Russian",
    "ar": "Arabic",
    "mul": "Another language",
}
ADDRESS_KINDS = {"home": "Home", "mailing": "Mail"}
_PHONE = re.compile(r"\+?[0-9()./\- ]{7,24}( ?x ?[0-9]{1,6})?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ZIP = re.compile(r"[0-9]{5}(-[0-9]{4})?")
_STATE = re.compile(r"[A-Za-z]{2}")
_SHORT = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "drive": "dr",
    "road": "rd",
    "lane": "ln",
    "place": "pl",
    "court": "ct",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}
_UNIT_WORDS = {"apt", "apartment", "unit", "no", "number", "suite", "ste"}


@dataclass(frozen=True)
class ContactDetails:
    """A contact as an office writes one down; ``position`` is the order in which to call."""

    given_name: str
    family_name: str
    relationship: str
    phone: str = ""
    email: str = ""
    language: str = ""
    position: int = 1
    is_guardian: bool = False
    lives_with: bool = False
    may_pick_up: bool = False
    court_order_note: str = ""


@dataclass(frozen=True)
class Address:
    """A postal address in the United States."""

    street: str
    city: str
    state: str
    postal_code: str
    unit: str = ""

    @property
    def key(self) -> str:
        """Equal for addresses that differ in spelling only."""
        return address_key(self.street, self.unit, self.postal_code)

    @property
    def line(self) -> str:
        """On one line, as on an envelope."""
        unit = f", {self.unit}" if self.unit else ""
        return f"{self.street}{unit}, {self.city}, {self.state} {self.postal_code}"


def address_key(street: str, unit: str, postal_code: str) -> str:
    """``12 n main st|4|90011`` for ``12 North Main Street, Apt. 4, 90011-1234``."""
    words = [_SHORT.get(word, word) for word in folded(street).split()]
    rooms = [word for word in folded(unit.replace("#", " ")).split() if word not in _UNIT_WORDS]
    return f"{' '.join(words)}|{' '.join(rooms)}|{postal_code.strip()[:5]}"


def contact_problems(contact: ContactDetails) -> dict[str, str]:
    """Field to a sentence, for everything that is not acceptable."""
    found = _blank({"given_name": contact.given_name, "family_name": contact.family_name})
    if contact.relationship not in RELATIONSHIPS:
        found["relationship"] = "Choose how the person is related to the student."
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        found["phone"] = "Write the number with its area code, such as 213 555 0100."
    if contact.email and not _EMAIL.fullmatch(contact.email):
        found["email"] = "Write an address such as name@example.org."
    if contact.language and contact.language not in LANGUAGES:
        found["language"] = "Choose one of the languages."
    if not 1 <= contact.position <= 99:
        found["position"] = "Give a number from 1 to 99."
    if contact.is_guardian and not (contact.phone or contact.email):
        found.setdefault("phone", "A guardian needs a telephone number or an email address.")
    if len(contact.court_order_note) > 2000:
        found["court_order_note"] = "Use at most 2,000 characters."
    return found


def address_problems(address: Address) -> dict[str, str]:
    """Field to a sentence, for everything that is not acceptable."""
    found = _blank({"street": address.street, "city": address.city})
    if not _STATE.fullmatch(address.state):
        found["state"] = "Give the two letters of the state, such as CA."
    if not _ZIP.fullmatch(address.postal_code):
        found["postal_code"] = "Give the ZIP code, such as 90011."
    if len(address.unit) > 20:
        found["unit"] = "Use at most 20 characters."
    return found


def suggested_track(tracks: Iterable[str]) -> str | None:
    """The track of most siblings at the school, so that the family has its vacation together."""
    listed = [track for track in tracks if track]
    return max(sorted(set(listed)), key=listed.count, default=None)


def _blank(fields: Mapping[str, str]) -> dict[str, str]:
    found = {name: "Fill this in." for name, value in fields.items() if not value.strip()}
    long = {name: "Use at most 100 characters." for name, v in fields.items() if len(v) > 100}
    return found | long
