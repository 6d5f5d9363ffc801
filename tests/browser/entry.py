"""Into the product past its sign-in page: a session is made here, the browser gets its cookie."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from revenue.models import User


def sign_in(page: Page, address: str, user: User) -> None:
    """Every page of this browser context is `user` from the next request on."""
    client = Client()
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
