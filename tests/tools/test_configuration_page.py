"""docs/configuration.md says what the code takes: every key, explained."""

from tools.configuration_page import PAGE, page, unexplained


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.configuration_page"


def test_every_key_is_explained() -> None:
    assert unexplained(page()) == []
