"""Reading forms: every field that is not understood is named, all at once."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta

from flask import request

from core.errors import Invalid

DAY = timedelta(days=1)


class Form:
    """The fields of the form that was sent; ``check()`` refuses it when one was not understood."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}

    @property
    def typed(self) -> Mapping[str, str]:
        """What stood in the fields, to show it again."""
        return request.form.to_dict()

    def text(self, name: str) -> str:
        return request.form.get(name, "").strip()

    def number(self, name: str, *, least: int = 0, most: int = 2**31) -> int:
        """A whole number; 0 when it is none, which is noted."""
        text = self.text(name)
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        self.problems[name] = f"Give a whole number from {least} to {most}."
        return 0

    def day(self, name: str) -> date:
        """A date; one far away when it is none, which is noted."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            self.problems[name] = "Give a date such as 2015-01-19."
            return date.max - 2 * DAY

    def clock(self, name: str) -> time:
        """A time of day; midnight when it is none, which is noted."""
        try:
            return time.fromisoformat(self.text(name)).replace(second=0, microsecond=0)
        except ValueError:
            self.problems[name] = "Give a time such as 08:00."
            return time()

    def days(self, name: str) -> tuple[date, ...]:
        """Dates with white space or commas between them."""
        found = []
        for word in self.text(name).replace(",", " ").split():
            try:
                found.append(date.fromisoformat(word))
            except ValueError:
                self.problems[name] = f"{word!r} is not a date such as 2015-01-19."
        return tuple(found)

    def ranges(self, name: str) -> tuple[tuple[date, date], ...]:
        """``2014-12-20/2015-01-09``, last day included, as half-open ranges."""
        found = []
        for word in self.text(name).replace(",", " ").split():
            first, _, last = word.partition("/")
            try:
                begins, ends = date.fromisoformat(first), date.fromisoformat(last or first)
            except ValueError:
                self.problems[name] = f"{word!r} is not FIRST/LAST such as 2014-12-22/2015-01-09."
                continue
            if begins > ends:
                self.problems[name] = f"{word!r} ends before it begins."
            found.append((begins, ends + DAY))
        return tuple(found)

    def rows(self, *names: str, most: int = 40) -> Iterator[int]:
        """The numbers of the rows in which at least one of ``NAME_number`` is filled in."""
        for number in range(1, most + 1):
            if any(self.text(f"{name}_{number}") for name in names):
                yield number

    def check(self, sentence: str) -> None:
        """Invalid with everything that was not understood."""
        if self.problems:
            raise Invalid(sentence, fields=self.problems)
