"""What a report is about on the command line: a school, a service center, or the district."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.errors import Invalid, NotFound
from sis.organizations.queries import SchoolCard, get_school_by_sourced_id_for, list_schools
from sis.statistical.overview import list_escs, list_schools_in


@dataclass(frozen=True)
class Place:
    """Its name and its schools; ``school`` says that it is a single one."""

    name: str
    schools: Sequence[SchoolCard]
    school: bool = False


def get_place(session: Session, scope: str, sourced_id: str) -> Place:
    """The school or service center with that id, or the district, which has none.

    Raises NotFound when there is none, and Invalid when the id is missing or too much.
    """
    if scope == "district":
        if sourced_id:
            raise Invalid("The district takes no id; say --scope school or --scope esc.")
        return Place("The district", list_schools(session, SYSTEM))
    if not sourced_id:
        raise Invalid(f"Say which one: --scope {scope} ID.")
    if scope == "school":
        school = get_school_by_sourced_id_for(session, SYSTEM, sourced_id)
        return Place(school.name, [school], school=True)
    esc = next((one for one in list_escs(session) if one.sourced_id == sourced_id), None)
    if esc is None:
        raise NotFound(f"There is no service center {sourced_id}.")
    return Place(esc.name, list_schools_in(session, SYSTEM, esc.id))
