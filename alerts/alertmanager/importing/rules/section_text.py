"""Putting a section into the text of config.yaml, whose other lines stay as they are."""

import re

import yaml

_TOP = re.compile(r"(?m)^(?=[^\s#])")


def dump(section: dict[str, object]) -> str:
    """The section ``alerts`` as YAML."""
    return yaml.safe_dump({"alerts": section}, sort_keys=False, allow_unicode=True, width=100)


def replaced(text: str, section: str) -> str:
    """``text`` with the section in place of its own ``alerts``, or at its end.

    Comments inside the old section go; those before the next section stay.
    """
    begins = re.search(r"(?m)^alerts:", text)
    if begins is None:
        return text.rstrip("\n") + "\n\n" + section
    after = text[begins.end() :]
    following = _TOP.search(after, after.find("\n") + 1)
    rest = after[following.start() :] if following else ""
    between = after[: following.start()] if following else ""
    comments = re.search(r"(?:^#[^\n]*\n|^\n)*\Z", between, re.MULTILINE)
    return text[: begins.start()] + section + (comments[0] if comments else "") + rest
