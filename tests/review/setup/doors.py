"""What every changing address of these screens has in common: who may press it, and how."""

from django.http import HttpResponse
from django.test import Client

from tests.review.accounts import cast

PEOPLE = {
    "rep": cast.rep, "manager": cast.manager, "admin": cast.admin, "outsider": cast.outsider,
    "other_admin": cast.other_admin,
}  # fmt: skip


def client(who: str) -> Client:
    return cast.signed_in(PEOPLE[who]())


def refuses(url: str, *roles: str) -> None:
    """Not for these roles, not for strangers, and not by following a link."""
    for who in roles:
        assert client(who).post(url).status_code == 403, who
    answer = Client().post(url)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
    assert Client().post(url, headers={"HX-Request": "true"}).status_code == 401
    assert client("admin").get(url).status_code == 405


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())
