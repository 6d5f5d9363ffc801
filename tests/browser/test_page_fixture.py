"""The `page` fixture notices what a browser complains about."""

import pytest
from playwright.sync_api import Page


@pytest.fixture
def sign_in_page(page: Page) -> Page:
    page.goto("/auth/login/")
    return page


def taken(page: Page) -> str:
    page.wait_for_timeout(100)
    complaints = "\n".join(page.complaints)
    page.complaints.clear()
    return complaints


def test_the_sign_in_page_has_no_complaint(sign_in_page) -> None:
    assert taken(sign_in_page) == ""


def test_a_console_error_is_noticed(sign_in_page) -> None:
    sign_in_page.evaluate("console.error('broken')")
    assert "console: broken" in taken(sign_in_page)


def test_a_style_attribute_is_blocked_and_noticed(sign_in_page) -> None:
    sign_in_page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert "Content Security Policy" in taken(sign_in_page)


def test_an_uncaught_exception_is_noticed(sign_in_page) -> None:
    sign_in_page.evaluate("setTimeout(() => { throw new Error('lost') })")
    assert "exception: lost" in taken(sign_in_page)


def test_a_static_file_that_is_missing_is_noticed(sign_in_page) -> None:
    sign_in_page.evaluate("fetch('/static/none.css').then(() => 0)")
    assert "/static/none.css" in taken(sign_in_page)
