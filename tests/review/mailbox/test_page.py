"""“Your mailbox”: connecting, changing, testing, pausing and taking away one's own."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from revenue import clock, mail_providers, mailboxes, workspace
from revenue.models import Mailbox
from tests.imap import Server
from tests.mailboxes import ADDRESS, PASSWORD, connected
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text
from tests.smtp import Sink, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(imap: Server) -> Any:
    with serving() as sink:
        sink.wants(ADDRESS, PASSWORD)
        yield sink


def typed(own: Sink, imap: Server, **more: Any) -> dict[str, Any]:
    return {
        "address": ADDRESS, "password": PASSWORD, "provider": "other", "smtp_host": own.host,
        "smtp_port": own.port, "smtp_security": "none", "imap_host": imap.host,
        "imap_port": imap.port, "imap_security": "none", **more,
    }  # fmt: skip


def connect(who: str = "rep", **values: Any) -> HttpResponse:
    return client(who).post(reverse("own_mailbox_connect"), values)


def show(who: str = "rep") -> str:
    return text(client(who).get(reverse("own_mailbox")))


def test_a_rep_connects_and_it_is_tested_at_once(own: Sink, imap: Server) -> None:
    answer = connect(**typed(own, imap))
    assert answer.status_code == 200
    assert "The server took a mail to rep@seller.example." in text(answer)
    assert "are read from now on" in text(answer)
    row = Mailbox.objects.get()
    assert (row.user, row.address, row.username) == (cast.rep(), ADDRESS, ADDRESS)
    assert mailboxes.sends(row).password == PASSWORD
    assert own.recipients == [ADDRESS]


def test_the_password_is_on_no_page(own: Sink, imap: Server) -> None:
    answers = [connect(**typed(own, imap)), connect(**typed(own, imap, smtp_port="x"))]
    answers.append(client("rep").get(reverse("own_mailbox")))
    assert [PASSWORD in text(answer) for answer in answers] == [False] * 3


def test_a_failed_test_says_why_and_keeps_the_mailbox_for_another_try(
    own: Sink, imap: Server
) -> None:
    answer = connect(**typed(own, imap, password="wrong-word"))
    assert answer.status_code == 422
    assert text(answer).count("refused the login") == 2
    assert "wrong-word" not in text(answer)
    assert "Not tested" in show()
    assert connect(**typed(own, imap)).status_code == 200


def test_twice_is_one(own: Sink, imap: Server) -> None:
    for _ in range(2):
        connect(**typed(own, imap))
    assert Mailbox.objects.count() == 1


def test_a_change_needs_no_password_while_the_place_stays(own: Sink, imap: Server) -> None:
    connect(**typed(own, imap))
    assert connect(**typed(own, imap, password="", daily_cap=30)).status_code == 200
    assert Mailbox.objects.get().daily_cap == 30


def test_another_server_needs_the_password_again(own: Sink, imap: Server) -> None:
    connect(**typed(own, imap))
    answer = connect(**typed(own, imap, password="", imap_port=1))
    assert answer.status_code == 422
    assert "write the password again" in text(answer)


@pytest.mark.parametrize("provider", mail_providers.PROVIDERS, ids=lambda one: one.key)
@pytest.mark.parametrize("chosen", [True, False], ids=["chosen", "by address"])
def test_a_known_provider_fills_the_servers_in(
    provider: mail_providers.Provider, chosen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", unknown)
    domain = "seller.example" if chosen else provider.domains[0]
    connect(address=f"rep@{domain}", password="abcd efgh", provider=provider.key if chosen else "")
    row = Mailbox.objects.get()
    assert (row.smtp_host, row.smtp_port, row.smtp_security) == provider.smtp
    assert (row.imap_host, row.imap_port, row.imap_security) == provider.imap
    expected = "abcdefgh" if provider.key == "gmail" else "abcd efgh"
    assert mailboxes.sends(row).password == expected


def unknown(*_: Any, **__: Any) -> Any:
    raise OSError("no network here")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"address": "rep@seller.example", "provider": ""}, "does not show in the address"),
        ({"address": "no address"}, "valid email"),
        ({"smtp_host": ""}, "Write the name of the server"),
        ({"password": ""}, "Write the password"),
        ({"smtp_port": "70000"}, "less than or equal to 65535"),
        ({"daily_cap": "0"}, "greater than or equal to 1"),
        ({"smtp_host": "smtp.x.example", "smtp_security": "none"}, "read by everybody on the way"),
        ({"provider": "nobody"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    own: Sink, imap: Server, values: dict[str, Any], words: str
) -> None:
    given = typed(own, imap)
    if values.get("provider") == "":
        given |= {"smtp_host": "", "imap_host": ""}
    answer = connect(**(given | values))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "[::1]", "100.64.0.1", "::ffff:10.0.0.1"]
)
def test_70_an_inner_address_is_refused_before_anything_is_kept(
    own: Sink, imap: Server, host: str
) -> None:
    for field in ("smtp_host", "imap_host"):
        answer = connect(**typed(own, imap, **{field: host}))
        assert answer.status_code == 422
        assert "is not a public address" in text(answer)
        assert "This address is not allowed" in text(answer)
    assert not Mailbox.objects.exists()


def test_a_colleagues_address_is_told(own: Sink, imap: Server) -> None:
    connected(cast.colleague())
    answer = connect(**typed(own, imap))
    assert answer.status_code == 422
    assert "connected by somebody else" in text(answer)


def test_the_button_tests_again(own: Sink, imap: Server) -> None:
    connect(**typed(own, imap))
    answer = client("rep").post(reverse("own_mailbox_test"))
    assert answer.status_code == 200
    assert len(own.mails) == 2
    assert client("manager").post(reverse("own_mailbox_test")).status_code == 422


def test_disconnected_it_is_gone(own: Sink, imap: Server) -> None:
    connect(**typed(own, imap))
    answer = client("rep").post(reverse("own_mailbox_disconnect"), follow=True)
    assert "its password is gone" in text(answer)
    assert not Mailbox.objects.exists()
    assert client("rep").post(reverse("own_mailbox_disconnect")).status_code == 409


def test_the_page_says_what_is_read_and_what_is_not() -> None:
    page = show()
    assert "nothing of it is kept" in page
    assert "marks nothing as seen" in page


def test_the_address_to_copy_to_is_shown_where_mail_comes_in(settings: Any) -> None:
    assert "Bcc" not in show()
    settings.INBOUND_DOMAIN = "in.seller.example"
    assert workspace.log_address() in show()
    assert workspace.log_address().startswith("log+")


def test_the_page_says_how_much_may_leave(imap: Server) -> None:
    row = connected(cast.rep())
    mailboxes.count_sent(ADDRESS, at=clock.now())
    assert "1 sent of 10, warming up to 50" in show()
    row.days.update(sent=20)
    row.reports.create(kind="bounce", key="<1>", at=clock.now())
    assert "20 sent, 1 came back, 0 complaints" in show()


def test_a_fault_of_reading_stands_there(imap: Server) -> None:
    connected(cast.rep())
    Mailbox.objects.update(fault="The mail server refused the login.", failures=1)
    assert "refused the login" in show()
    assert "Not read" in show()


def test_a_lost_key_is_a_sentence_and_no_crash(imap: Server, settings: Any, tmp_path: Any) -> None:
    connected(cast.rep())
    settings.STATE_DIR = tmp_path
    assert "cannot be read any more" in show()


def test_only_sellers_connect_and_only_by_post() -> None:
    for name in ("own_mailbox_connect", "own_mailbox_test", "own_mailbox_disconnect"):
        url = reverse(name)
        assert client("admin").post(url).status_code == 403
        assert client("rep").get(url).status_code == 405
    refuses(reverse("setup_mailbox_test"), "rep", "manager")


# --- pausing --------------------------------------------------------------------------------------


def press(who: str, name: str, row: Mailbox) -> HttpResponse:
    return client(who).post(reverse(name, args=[row.pk]))


@pytest.mark.parametrize("who", ["rep", "manager", "admin"])
def test_the_owner_their_manager_and_an_admin_pause_and_resume(imap: Server, who: str) -> None:
    row = connected(cast.rep())
    assert press(who, "mailbox_pause", row).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.pause_reason) == ("paused", f"{getattr(cast, who)()} paused it.")
    assert press(who, "mailbox_pause", row).status_code == 409
    assert press(who, "mailbox_resume", row).status_code == 302
    assert press(who, "mailbox_resume", row).status_code == 409
    row.refresh_from_db()
    assert row.state == "active"


def test_a_colleague_and_another_team_find_nothing(imap: Server) -> None:
    row = connected(cast.rep())
    colleague = cast.signed_in(cast.colleague())
    for who in (client("outsider"), colleague):
        assert who.post(reverse("mailbox_pause", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.state == "active"


# --- everybody's ----------------------------------------------------------------------------------


def test_a_manager_sees_the_teams_mailboxes_with_their_state(imap: Server) -> None:
    connected(cast.rep())
    connected(cast.outsider(), address="west@seller.example")
    page = text(client("manager").get(reverse("mailboxes")))
    assert ADDRESS in page
    assert "west@seller.example" not in page
    assert "0 of 10" in page
    assert "west@seller.example" in text(client("admin").get(reverse("mailboxes")))


def test_nobody_has_one_yet(imap: Server) -> None:
    page = text(client("admin").get(reverse("mailboxes")))
    assert "Nobody has connected a mailbox" in page


# --- banner, checklist ----------------------------------------------------------------------------


def pause_by_rates(row: Mailbox) -> None:
    mailboxes.pause(row, by=mailboxes.RATES, reason=f"{mailboxes.BY_RATES}4 of 60 came back.")


def test_a_mailbox_that_paused_itself_is_told_to_its_owner_and_managers(imap: Server) -> None:
    pause_by_rates(connected(cast.rep()))
    words = "Paused by itself: 4 of 60 came back."
    seen = {who: words in text(client(who).get(reverse("accounts"))) for who in
            ("rep", "manager", "outsider")}  # fmt: skip
    assert seen == {"rep": True, "manager": True, "outsider": False}


def test_what_a_person_paused_themselves_needs_no_banner(imap: Server) -> None:
    mailboxes.pause(connected(cast.rep()), by=cast.rep(), reason="Holiday.")
    assert "Holiday." not in text(client("rep").get(reverse("accounts")))


def test_a_mailbox_that_cannot_be_read_is_told_after_three_times(imap: Server) -> None:
    connected(cast.rep())
    for failures, told in ((2, False), (3, True)):
        Mailbox.objects.update(failures=failures, fault="The login is refused.")
        page = text(client("rep").get(reverse("accounts")))
        assert ("The login is refused." in page) is told


def test_the_set_up_page_says_how_ones_own_mail_leaves(
    workspace: Any, local_outbox: None, imap: Server
) -> None:
    page = reverse("setup")
    assert "Nothing leaves this machine." in text(client("rep").get(page))
    row = connected(cast.rep())
    assert f"It leaves from {ADDRESS}." in text(client("rep").get(page))
    assert "There is no common mail server." in text(client("manager").get(page))
    pause_by_rates(row)
    assert "Your mail is held." in text(client("rep").get(page))
    Mailbox.objects.update(state="active", tested_at=None)
    assert "Test your mailbox first." in text(client("rep").get(page))


def test_the_checklist_is_content_when_everybody_who_owns_accounts_has_one(
    workspace: Any, local_outbox: None, imap: Server
) -> None:
    cast.account_of(cast.rep())
    page = text(client("admin").get(reverse("setup")))
    assert "No mail server is set up." in page
    connected(cast.rep())
    page = text(client("admin").get(reverse("setup")))
    assert "1 person sends from a mailbox of their own." in page
    cast.account_of(cast.colleague())
    page = text(client("admin").get(reverse("setup")))
    assert "1 person owns accounts and has none" in page
