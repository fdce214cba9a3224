"""The alerts behind a message."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.interactions import PressedAlert
from alerts.models import Alert
from alerts.queries import visible_schools
from core.auth.actor import Actor

_CHUNK = 500


def list_pressed_for(
    session: Session, actor: Actor, fingerprints: Sequence[str]
) -> tuple[PressedAlert, ...]:
    """The alerts of these fingerprints that the actor may see, in their order."""
    schools = visible_schools(session, actor)
    found = {}
    for start in range(0, len(fingerprints), _CHUNK):
        statement = select(Alert.fingerprint, Alert.id, Alert.labels).where(
            Alert.fingerprint.in_(fingerprints[start : start + _CHUNK])
        )
        if schools is not None:
            statement = statement.where(Alert.school.in_(schools))
        found.update(
            {
                key: PressedAlert(number, labels)
                for key, number, labels in session.execute(statement)
            }
        )
    return tuple(found[key] for key in fingerprints if key in found)
