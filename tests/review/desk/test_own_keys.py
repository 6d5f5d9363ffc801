"""A person's own keys: chosen, refused where two would meet, shown on the desk, given back."""

import pytest
from django.urls import reverse

from revenue.models import User
from review import keys
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client):
    """POST the whole form as `by`, the shipped keys apart from those given."""

    def send(by: User, **chosen: str):
        client.force_login(by)
        shipped = {one.name: one.key for one in keys.ACTIONS}
        return client.post(reverse("own_keys_save"), {**shipped, **chosen})

    return send


def own(user: User) -> dict[str, str]:
    return User.objects.get(pk=user.pk).keys


def test_what_differs_from_the_shipped_keys_is_kept(save, rep) -> None:
    assert save(rep, approve="Q", undo="Shift U", inbox="g m", handoff="").url == reverse(
        "own_keys"
    )
    assert own(rep) == {"approve": "q", "undo": "shift+u", "inbox": "g m", "handoff": ""}


def test_the_desk_carries_them(save, get, rep) -> None:
    put_on_desk(rep)
    save(rep, approve="q", undo="g u")
    rep.refresh_from_db()
    page = get("desk", by=rep).content.decode()
    assert 'data-key="q" aria-keyshortcuts="Q"' in page
    assert 'data-key="g u">' in page
    assert 'data-key="a"' not in page


def test_two_actions_that_share_a_key_are_both_told(save, rep) -> None:
    response = save(rep, approve="r")
    body = response.content.decode()
    assert response.status_code == 422
    assert "“Reject, then a reason” has “r”. Choose another key." in body
    assert "“Approve” has “r”. Choose another key." in body
    assert own(rep) == {}


def test_a_letter_that_begins_two_letters_is_no_key_of_its_own(save, rep) -> None:
    assert "“Mail that came in” has “g i”." in save(rep, approve="g").content.decode()
    assert "“Approve” has “a”." in save(rep, inbox="a i").content.decode()


@pytest.mark.parametrize(
    "odd", ["1", "ctrl+a", "alt a", "backspace", "Escape", "shift+1", "ab", "g i x", "+ +", "shift"]
)
def test_what_is_no_key_is_refused_with_what_is_one(save, rep, odd) -> None:
    response = save(rep, approve=odd)
    assert response.status_code == 422
    assert "is no key of the desk. Write one letter" in response.content.decode()
    assert own(rep) == {}


@pytest.mark.parametrize(
    ("typed", "key"),
    [("⇧Q", "shift+q"), ("SHIFT+Q", "shift+q"), (" q ", "q"), ("G  U", "g u"), (";", ";"),
     ("+", "+"), ("Enter", "enter"), ("Ф", "ф")],
)  # fmt: skip
def test_keys_are_written_as_one_types_them(typed, key) -> None:
    assert keys.read(typed) == key


def test_every_shipped_key_can_be_saved_as_it_is_shown(save, rep) -> None:
    shown = {name: key.words for name, key in keys.of(rep).items()}
    assert save(rep, **shown).status_code == 302
    assert own(rep) == {}


def test_a_nul_is_refused(save, rep) -> None:
    assert save(rep, approve="\x00").status_code == 422


def test_they_are_given_back_at_once(client, save, rep) -> None:
    save(rep, approve="q")
    assert "Back to the shipped keys" in client.get(reverse("own_keys")).content.decode()
    client.post(reverse("own_keys_reset"))
    assert own(rep) == {}
    assert "Back to the shipped keys" not in client.get(reverse("own_keys")).content.decode()


def test_twice_the_same_is_the_same(save, rep) -> None:
    for _ in range(2):
        assert save(rep, approve="q").status_code == 302
    assert own(rep) == {"approve": "q"}


def test_a_get_changes_nothing(client, rep) -> None:
    client.force_login(rep)
    for name in ("own_keys_save", "own_keys_reset"):
        assert client.get(reverse(name)).status_code == 405


def test_an_admin_decides_nothing_and_has_none(client, admin) -> None:
    client.force_login(admin)
    assert client.get(reverse("own_keys")).status_code == 403


def test_a_colleagues_keys_stay_as_they_are(save, rep, colleague) -> None:
    save(rep, approve="q")
    assert own(colleague) == {}


def test_the_help_says_which_keys_give_a_verdict(get, item, rep, manager) -> None:
    of_rep, of_manager = (get("desk", by=one).content.decode() for one in (rep, manager))
    assert "Settle a question, then say whose it was" in of_rep
    assert "Say whether an overdue draft needed you" not in of_rep
    assert "Say whether an overdue draft needed you" in of_manager


def test_no_two_shipped_keys_meet(rep) -> None:
    keys.remap({one.name: one.key for one in keys.ACTIONS}, user=rep)
