"""Chromium and axe-core, as the page tests use them."""

import pytest
from playwright.sync_api import Page

from tests.support.browser import accessibility_problems, assert_accessible

GOOD = """<!doctype html><html lang="en"><head><title>Schools</title></head>
<body><main><h1>Schools</h1><p>All is well.</p></main></body></html>"""
BAD = GOOD.replace("<p>All is well.</p>", "<img src='data:,'><input>")

pytestmark = pytest.mark.browser


def test_an_accessible_page_passes(page: Page) -> None:
    page.set_content(GOOD)
    assert_accessible(page)


def test_each_violation_is_named_with_its_element(page: Page) -> None:
    page.set_content(BAD)
    problems = "\n".join(accessibility_problems(page))
    assert "image-alt (critical)" in problems
    assert "<input>" in problems


def test_an_inaccessible_page_fails(page: Page) -> None:
    page.set_content(BAD)
    with pytest.raises(pytest.fail.Exception, match="not accessible"):
        assert_accessible(page)
