"""The page of all components in a real browser: nobody is shut out, in light and dark."""

import pytest

from tests.browser.eyes import scrolls_sideways, severe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_component_shuts_anybody_out(desk, settings, scheme) -> None:
    settings.DEBUG = True
    desk.sign_in()
    desk.page.emulate_media(color_scheme=scheme)
    for width in (1280, 360):
        desk.page.set_viewport_size({"width": width, "height": 900})
        desk.page.goto("/style/")
        assert severe(desk.page) == []
        assert not scrolls_sideways(desk.page)
