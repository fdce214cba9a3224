"""``sis.attendance`` in config.yaml: the numbers of the district's attendance policy."""

from typing import Annotated

from pydantic import Field

from core.settings import Strict


class AttendanceSettings(Strict):
    """``sis.attendance``: how attendance is taken and counted."""

    truancy_from_minutes: Annotated[
        int, Field(ge=1, le=600, description="a tardy of so many minutes gets the code 3")
    ] = 30
    late_days: Annotated[
        int, Field(ge=0, le=365, description="days after a class in which its teacher may submit")
    ] = 7
