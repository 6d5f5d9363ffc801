"""The people of an account: added, and corrected when an address or a name is wrong."""

import pytest
from django.urls import reverse

from revenue import clock as clocks
from revenue import consent
from revenue.models import Account, Address, Contact
from review import decisions, intake, selling
from review.audit import replay
from review.models import ReviewItem
from tests.factories import ContactFactory, prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


@pytest.fixture
def contact(account) -> Contact:
    return account.contacts.get()


def press(contact, by=None, **more):
    said = {"first_name": "Yara", "last_name": "Zhou", "title": "Plant Manager",
            "email": contact.email, "phone": "", **more}  # fmt: skip
    url = reverse("contact_correct", args=[contact.pk])
    return cast.signed_in(by or cast.rep()).post(url, said)


def add(account, by=None, **more):
    said = {"name": "Elena Ruiz", "email": "elena@brookfield.example", "title": "Buyer",
            "phone": "+49 30 1234567", **more}  # fmt: skip
    return cast.signed_in(by or cast.rep()).post(reverse("contact_add", args=[account.pk]), said)


def version(account) -> int:
    return Account.objects.get(pk=account.pk).context_version


# --- corrected ------------------------------------------------------------------------------------


def test_an_address_is_corrected_and_drafts_to_the_old_one_are_out_of_date(
    account, contact
) -> None:
    item, before = cast.item_at(account), version(account)
    assert press(contact, email="y.zhou@brookfield.example").status_code == 302
    contact.refresh_from_db()
    assert contact.email == "y.zhou@brookfield.example"
    assert version(account) == before + 1
    assert Address.objects.filter(email=contact.email).exists()
    intake.sweep()
    assert ReviewItem.objects.get(pk=item.pk).state == "stale"
    assert replay.contradictions() == []


def test_a_phone_number_would_change_no_mail(account, contact) -> None:
    before = version(account)
    press(contact, phone="+49 30 1234567")
    contact.refresh_from_db()
    assert contact.phone == "+49 30 1234567"
    assert version(account) == before


def test_an_address_that_may_not_be_written_to_stays_so(account, contact) -> None:
    consent.suppress("no@brookfield.example", scope="address", reason="asked", by="contact")
    press(contact, email="no@brookfield.example")
    letter = decisions.Letter(contact, "Hello", "Hi Yara,\n\nStill?")
    with pytest.raises(decisions.DecisionError, match="may not be written to"):
        decisions.write(account, letter, by=cast.rep(), seen=version(account))


def test_who_asked_for_no_more_mail_gets_no_other_address(account, contact) -> None:
    consent.suppress(contact.email, scope="address", reason="asked", by="contact")
    response = press(contact, email="other@brookfield.example")
    assert response.status_code == 422
    assert "They asked not to be written to" in response.content.decode()
    assert press(contact, title="Director").status_code == 302
    contact.refresh_from_db()
    assert (contact.title, contact.email.startswith("yara")) == ("Director", True)


def test_where_mail_came_back_the_address_is_corrected(account, contact) -> None:
    row = consent.address_row(contact.email)
    Address.objects.filter(pk=row.pk).update(hard_bounced_at=clocks.now())
    assert press(contact, email="y.zhou@brookfield.example").status_code == 302


def test_two_people_do_not_share_an_address_here(account, contact) -> None:
    ContactFactory(account=account, first_name="Elena", email="elena@brookfield.example")
    response = press(contact, email="Elena@brookfield.example")
    assert response.status_code == 422
    assert "has this address already" in response.content.decode()


def test_what_is_no_address_is_refused_and_the_rest_is_kept(contact) -> None:
    response = press(contact, email="yara at brookfield", title="Director")
    assert response.status_code == 422
    assert 'value="Director"' in response.content.decode()


def test_twice_is_once(account, contact) -> None:
    before = version(account)
    for _ in range(2):
        press(contact, title="Director")
    assert version(account) == before + 1


def shown(contact, **more) -> dict[str, str]:
    """What the page carried along: each field as it stood there."""
    fields = {name: getattr(contact, name)
              for name in ("first_name", "last_name", "title", "email", "phone")}  # fmt: skip
    return {f"initial-{name}": value for name, value in fields.items()} | more


def test_what_a_colleague_corrected_meanwhile_is_not_written_over(account, contact) -> None:
    before = shown(contact)
    selling.correct_person(contact, by=cast.manager(), email="new@brookfield.example")
    assert press(contact, phone="+49 30 1234567", **before).status_code == 302
    row = Contact.objects.get(pk=contact.pk)
    assert (row.email, row.phone) == ("new@brookfield.example", "+49 30 1234567")


def test_two_who_correct_the_same_are_told_and_the_second_look_counts(account, contact) -> None:
    before = shown(contact)
    selling.correct_person(contact, by=cast.manager(), title="Director", phone="1")
    response = press(contact, title="Head of plant", **before)
    assert response.status_code == 409
    words = response.content.decode()
    assert "Somebody wrote “Director” here meanwhile." in words
    assert 'value="Head of plant"' in words
    assert Contact.objects.get(pk=contact.pk).title == "Director"
    again = shown(Contact.objects.get(pk=contact.pk))
    assert press(contact, title="Head of plant", phone="1", **again).status_code == 302
    assert Contact.objects.get(pk=contact.pk).title == "Head of plant"


def test_the_page_carries_along_what_it_showed(contact) -> None:
    page = cast.signed_in(cast.rep()).get(reverse("contact", args=[contact.pk])).content.decode()
    assert f'name="initial-email" value="{contact.email}"' in page


# --- added ----------------------------------------------------------------------------------------


def test_somebody_new_is_on_the_list_and_may_be_written_to(account) -> None:
    before = version(account)
    response = add(account)
    assert response.status_code == 302
    row = Contact.objects.get(first_name="Elena")
    assert (row.last_name, row.title, row.phone) == ("Ruiz", "Buyer", "+49 30 1234567")
    assert version(account) == before + 1
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert f"?to={row.pk}" in page


def test_the_same_form_twice_is_one_person(account) -> None:
    for _ in range(2):
        add(account)
    assert account.contacts.count() == 2


def test_somebody_without_an_address_has_a_phone(account) -> None:
    assert add(account, email="").status_code == 302
    assert add(account, name="Ben Ode", email="").status_code == 302
    assert account.contacts.count() == 3
    response = add(account, email="", phone="")
    assert response.status_code == 422
    assert "Write an e-mail address or a phone number." in response.content.decode()


# --- who ------------------------------------------------------------------------------------------


def test_a_get_changes_nothing(account, contact) -> None:
    client = cast.signed_in(cast.rep())
    assert client.get(reverse("contact_correct", args=[contact.pk])).status_code == 405
    assert client.get(reverse("contact_add", args=[account.pk])).status_code == 405


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_people_are_not_there(who, account, contact) -> None:
    assert press(contact, who(), title="Director").status_code == 404
    assert add(account, who()).status_code == 404
    with pytest.raises(decisions.NotYours):
        selling.correct_person(contact, by=who(), title="Director")
    assert account.contacts.count() == 1
