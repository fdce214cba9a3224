"""References: where an object is, what it is, and its id."""

from dataclasses import dataclass
from urllib.parse import quote

ROOT = "/ims/oneroster"
ROSTERING = f"{ROOT}/rostering/v1p2"
GRADEBOOK = f"{ROOT}/gradebook/v1p2"
RESOURCES = f"{ROOT}/resources/v1p2"

_PLACES = {
    "academicSession": f"{ROSTERING}/academicSessions",
    "class": f"{ROSTERING}/classes",
    "course": f"{ROSTERING}/courses",
    "org": f"{ROSTERING}/orgs",
    "user": f"{ROSTERING}/users",
    "category": f"{GRADEBOOK}/categories",
    "lineItem": f"{GRADEBOOK}/lineItems",
    "scoreScale": f"{GRADEBOOK}/scoreScales",
    "assessmentLineItem": f"{GRADEBOOK}/assessmentLineItems",
    "result": f"{GRADEBOOK}/results",
    "assessmentResult": f"{GRADEBOOK}/assessmentResults",
}


@dataclass(frozen=True)
class Links:
    """Makes references; ``host`` is the address of the service as the client called it."""

    host: str

    def to(self, kind: str, sourced_id: str) -> dict[str, str]:
        """``{"href", "sourcedId", "type"}``, the href absolute."""
        href = f"{self.host}{_PLACES[kind]}/{quote(sourced_id, safe='')}"
        return {"href": href, "sourcedId": sourced_id, "type": kind}

    def maybe(self, kind: str, sourced_id: str | None) -> dict[str, str] | None:
        """The same, or None without an id."""
        return None if sourced_id is None else self.to(kind, sourced_id)
