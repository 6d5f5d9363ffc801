"""The page of all components: only under DEBUG, and it leaves none out."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.house import ROOT
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db
COMPONENT = re.compile(r"^  \.([a-z][a-z-]*)", re.MULTILINE)


def classes(html: str) -> set[str]:
    return {name for found in re.findall(r'class="([^"]*)"', html) for name in found.split()}


def style() -> str:
    return cast.signed_in(cast.rep()).get(reverse("style")).content.decode()


def test_every_component_stands_on_the_page(settings) -> None:
    settings.DEBUG = True
    named = set(COMPONENT.findall(Path(ROOT / "static/css/components.css").read_text()))
    assert len(named) > 40
    assert named - classes(style()) == set()


def test_every_colour_stands_on_the_page(settings) -> None:
    settings.DEBUG = True
    html = style()
    for name in ("paper", "ink", "accent", "danger-soft"):
        assert f'fill="var(--{name})"' in html


def test_it_is_not_there_for_users(settings) -> None:
    settings.DEBUG = False
    assert cast.signed_in(cast.rep()).get(reverse("style")).status_code == 404


def test_it_is_read_only(settings) -> None:
    settings.DEBUG = True
    assert cast.signed_in(cast.rep()).post(reverse("style")).status_code == 405


def test_a_stranger_signs_in_first(settings) -> None:
    settings.DEBUG = True
    assert Client().get(reverse("style")).status_code == 302
