"""One student's page, and pressing its buttons."""

import re
from html import unescape

from werkzeug.test import TestResponse

from tests.core.web_site import Browser
from tests.sis.scheduling.walkin.desk_school import DeskSchool

HIDDEN = re.compile(r'name="(csrf_token|idempotency_key|version|on|period)" value="([^"]*)"')


class Desk:
    """One student's page; ``press`` sends the form of a button with what the page showed."""

    def __init__(self, browser: Browser, school: DeskSchool, student: int = 0) -> None:
        self.browser = browser
        self.path = f"/scheduling/{school.school}/students/{student or school.student}"

    def look(self, query: str = "") -> str:
        answer = self.browser.get(self.path + query)
        assert answer.status_code == 200
        return unescape(answer.text)

    def shown(self, query: str = "") -> dict[str, str]:
        """The hidden fields of the first form that changes something."""
        page = self.browser.get(self.path + query).text
        form = page[page.index(f'action="{self.path}') :]
        return {
            name: unescape(value) for name, value in HIDDEN.findall(form[: form.index("</form")])
        }

    def press(self, verb: str, fields: dict[str, str], **values: object) -> TestResponse:
        data = fields | {name: str(value) for name, value in values.items()}
        return self.browser.client.post(f"{self.path}/{verb}", data=data)
