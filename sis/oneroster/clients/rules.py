"""Scopes of the OneRoster 1.2 services, and what a request for them comes to.

Source: the official OpenAPI documents' security schemes; RFC 6749, sections 3.3 and 5.
"""

from collections.abc import Iterable
from datetime import timedelta

PREFIX = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
SCOPES = {
    "roster-core.readonly": "Read lists and single objects of the roster",
    "roster.readonly": "Read all of the roster but demographics",
    "roster-demographics.readonly": "Read demographics",
    "gradebook-core.readonly": "Read lists and single objects of the gradebook",
    "gradebook.readonly": "Read all of the gradebook",
    "gradebook.createput": "Create and replace objects of the gradebook",
    "gradebook.createpost": "Create many objects of the gradebook at once",
    "gradebook.delete": "Delete objects of the gradebook",
    "assessment.readonly": "Read assessments and their results",
    "assessment.createput": "Create and replace assessments and their results",
    "assessment.delete": "Delete assessments and their results",
    "resource-core.readonly": "Read lists of learning resources",
    "resource.readonly": "Read all of the learning resources",
}
TOKEN_LIFETIME = timedelta(hours=1)


def short(scope: str) -> str:
    """The scope's own name, whether it came as such or as a URI."""
    return scope.strip().removeprefix(PREFIX)


def full(scope: str) -> str:
    """The scope as the standard's URI."""
    return PREFIX + scope


def unknown_scopes(scopes: Iterable[str]) -> list[str]:
    """Those that no service of the standard has, as they were written."""
    return sorted(scope for scope in set(scopes) if short(scope) not in SCOPES)


def granted(asked: str | None, allowed: Iterable[str]) -> list[str]:
    """What of a space-separated request a client gets: all it may have when it asks for nothing.

    More than it may have is narrowed, as RFC 6749, section 3.3 allows; empty means refused.
    """
    own = set(allowed)
    if asked is None or not asked.strip():
        return sorted(own)
    return sorted(own & {short(scope) for scope in asked.split()})
