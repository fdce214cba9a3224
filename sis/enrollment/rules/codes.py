"""Entry (E) and leave (L) codes with their reasons, each in effect ``[begins_on, ends_on)``.

Source: California districts' E and L codes as LAUSD used them; L7 with reason 90 is the diploma.
The other reasons are assumed. A district puts its own into ``sis.enrollment.codes``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ENTRY, LEAVE = "entry", "leave"
KINDS = (ENTRY, LEAVE)
USES = {ENTRY: ("first", "return", "transfer"), LEAVE: ("left", "transfer", "diploma")}
"""What a code is for; every school needs one of each, a diploma only where grade 12 is taught."""

NOUNS = {ENTRY: "entry code", LEAVE: "leave code"}
LAST_GRADE = "12"


@dataclass(frozen=True)
class Code:
    """``reason`` is empty for a code that has none; ``grades`` empty means every grade."""

    kind: str
    code: str
    meaning: str
    use: str
    reason: str = ""
    begins_on: date = date(1990, 7, 1)
    ends_on: date | None = None
    grades: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """``L7 reason 90``."""
        return f"{self.code} reason {self.reason}" if self.reason else self.code

    @property
    def value(self) -> str:
        """``L7/90``: code and reason in one word, for a form."""
        return f"{self.code}/{self.reason}" if self.reason else self.code

    def holds(self, on: date, grade: str | None) -> bool:
        """Whether the code may be used on that date for a student of that grade."""
        in_effect = self.begins_on <= on and (self.ends_on is None or on < self.ends_on)
        return in_effect and (not self.grades or grade is None or grade in self.grades)


@dataclass(frozen=True)
class CodeSet:
    """All codes of the district, past and coming ones too."""

    codes: tuple[Code, ...]

    def find(self, kind: str, code: str, reason: str) -> list[Code]:
        """Every row of that code and reason, whatever its dates."""
        return [
            one for one in self.codes if (one.kind, one.code, one.reason) == (kind, code, reason)
        ]

    def choices(self, kind: str, on: date, grade: str | None = None, use: str = "") -> list[Code]:
        """The codes that may be used, in the district's order."""
        return [
            one
            for one in self.codes
            if one.kind == kind and one.holds(on, grade) and use in ("", one.use)
        ]

    def problem(self, kind: str, code: str, reason: str, on: date, grade: str | None) -> str:
        """Why the code may not be used on that date, as a sentence; empty when it may."""
        rows = self.find(kind, code, reason)
        name = Code(kind, code, "", "", reason).label
        if any(one.holds(on, grade) for one in rows):
            return ""
        if not rows:
            known = ", ".join(one.label for one in self.choices(kind, on, grade))
            return f"{name} is no {NOUNS[kind]}; {known or 'none'} can be used on {on}."
        if not any(one.holds(on, None) for one in rows):
            return f"{name} is not in effect on {on}."
        return f"{name} is not for grade {grade}."


def split_value(text: str) -> tuple[str, str]:
    """``L7/90`` to code and reason; without a stroke the reason is empty."""
    code, _, reason = text.strip().partition("/")
    return code, reason


def missing_uses(
    codes: CodeSet, on: date, grades: Iterable[str | None]
) -> list[tuple[str, str, str]]:
    """(kind, use, grade) of every code that a school with these grades would look for in vain."""
    missing = []
    for grade in sorted({grade for grade in grades if grade is not None}):
        for kind in KINDS:
            for use in USES[kind]:
                wanted = use != "diploma" or grade == LAST_GRADE
                if wanted and not codes.choices(kind, on, grade, use):
                    missing.append((kind, use, grade))
    return missing


CALIFORNIA = CodeSet(
    (
        Code(ENTRY, "E1", "First enrolment in a school of this district", "first"),
        Code(ENTRY, "E2", "From a school in California outside this district", "first"),
        Code(ENTRY, "E3", "Back at this school after leaving it", "return"),
        Code(ENTRY, "E4", "Transfer from another school of this district", "transfer"),
        Code(ENTRY, "E5", "From another state or country", "first"),
        Code(LEAVE, "L1", "Transfer to another school of this district", "transfer"),
        Code(LEAVE, "L2", "To a public school in California outside this district", "left", "10"),
        Code(LEAVE, "L2", "To a private school in California", "left", "20"),
        Code(LEAVE, "L2", "Taught at home", "left", "30"),
        Code(LEAVE, "L3", "To another state", "left", "10"),
        Code(LEAVE, "L3", "To another country", "left", "20"),
        Code(LEAVE, "L4", "Illness, hospital or institution", "left"),
        Code(LEAVE, "L5", "Died", "left"),
        Code(LEAVE, "L6", "Expelled", "left"),
        Code(LEAVE, "L7", "Diploma", "diploma", "90", grades=(LAST_GRADE,)),
        Code(LEAVE, "L7", "Certificate of completion", "left", "91", grades=(LAST_GRADE,)),
        Code(LEAVE, "L7", "High school equivalency", "left", "92", grades=("11", LAST_GRADE)),
        Code(LEAVE, "L8", "Left, whereabouts unknown", "left"),
    )
)
