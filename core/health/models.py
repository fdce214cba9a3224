"""Signs of life of the loops that run beside the web."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Heartbeat(Base):
    """The last sign of life of a component; ``at`` is the machine's time."""

    __tablename__ = "heartbeat"

    component: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[str]
