"""What a raw mail says: new words, quoted ones, who, when; and that no bytes can break it."""

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revenue.inbound import ParsedEmail, parse_email
from revenue.inbound.headers import WIDEST_ZONE

MAILS = Path(__file__).parents[2] / "data" / "mails"
FILES = {path.stem: path.read_bytes() for path in sorted(MAILS.glob("*.eml"))}


def mail(name: str) -> ParsedEmail:
    return parse_email(FILES[name])


def written(body: str, **headers: str) -> ParsedEmail:
    """A plain mail with these words and headers; `_` in a name stands for `-`."""
    named = {"From": "tom@larkfield.example", "Message-ID": "<1@larkfield.example>", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in named.items())
    return parse_email(f"{head}\n{body}".encode("utf-8", "surrogateescape"))


# --- the new words --------------------------------------------------------------------------------

NEW_WORDS = {
    "gmail_en": "Sounds interesting. Does the GTX Pro fit a 19” rack?\n\nTom",
    "gmail_es": "Me interesa, ¿cuál es el plazo de entrega?",
    "gmail_android_de": "Klingt spannend, schicken Sie mir mehr Infos.",
    "gmail_html_inline": ("See below.\nAbout forty.\nTuesday is fine.\nTen o'clock, our time."),
    "outlook_plain_en": "Please speak to my colleague Sam Reid.",
    "outlook_original_message": "Too expensive for us.",
    "outlook_html_de": "Guten Tag Frau Silva,\n\nkönnen wir nächste Woche telefonieren?",
    "outlook_web_fr": "Pas pour le moment, recontactez-moi en mars.",
    "apple_fr": "Nous sommes intéressés.",
    "yahoo_pt": "Tenho interesse, pode enviar mais detalhes?",
    "thunderbird_flowed": (
        "We are in the middle of a migration and will not look at new hardware before it is done."
        "\nAnd no calls on Tuesdays please."
    ),
    "phone_en": "Tuesday 3pm works for me",
    "italian": "Grazie, ne parliamo martedi.",
    "invitation": "Let's talk on Tuesday, invitation attached.",
    "plus_disclaimer": "Not right now.\n\nBest regards\nTom\n\nP.S. Please take me off your list.",
    "broken_charset": "Café et thé, merci.",
}


@pytest.mark.parametrize("name", NEW_WORDS)
def test_the_new_words_stand_alone(name: str) -> None:
    assert mail(name).text == NEW_WORDS[name]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gmail_en", "To unsubscribe reply stop."),
        ("gmail_html_inline", "Would Tuesday suit you?"),
        ("outlook_plain_en", "Sent: Tuesday, November 18"),
        ("outlook_html_de", "Abmelden: antworten Sie mit Stop."),
        ("outlook_web_fr", "Pour vous désabonner"),
        ("apple_fr", "pour vous désabonner"),
        ("yahoo_pt", "Para sair da lista"),
        ("thunderbird_flowed", "Would a call on Tuesday help?"),
        ("italian", "ha scritto"),
    ],
)
def test_our_own_words_are_quoted(name: str, words: str) -> None:
    assert words in mail(name).quoted


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gmail_es", "+34 600 000 000"),
        ("gmail_html_inline", "Larkfield"),
        ("outlook_plain_en", "Head of Operations"),
        ("outlook_plain_en", "intended solely for the addressee"),
        ("outlook_web_fr", "Acheteur"),
        ("apple_fr", "Envoyé de mon iPhone"),
        ("phone_en", "Get Outlook for iOS"),
        ("thunderbird_flowed", "Larkfield"),
    ],
)
def test_the_signature_is_apart(name: str, words: str) -> None:
    assert words in mail(name).signature


@pytest.mark.parametrize(
    "heading",
    [
        "On Tue, Nov 18, 2025 at 10:12 AM Ana Silva <ana@seller.example> wrote:",
        "On Tuesday, November 18, 2025 at 10:12:00 AM GMT+1, Ana\n<ana@seller.example> wrote:",
        "On 18 Nov 2025, at 10:12, Ana Silva <ana@seller.example> wrote:",
        "On Tuesday, November 18th, 2025 at 10:12 AM, Ana <ana@seller.example> wrote:",
        "Am 18.11.25 um 10:12 schrieb Ana Silva:",
        "Am Di., 18. Nov. 2025 um 10:12 Uhr schrieb Ana Silva <ana@seller.example>:",
        "Am Dienstag, 18. November 2025 um 10:12:00 MEZ hat Ana <ana@seller.example>\n"
        "Folgendes geschrieben:",
        "Le mar. 18 nov. 2025 à 10:12, Ana Silva <ana@seller.example> a écrit :",
        "Le mardi 18 novembre 2025 à 10:12:00 UTC+1, Ana Silva\n<ana@seller.example> a écrit :",
        "El 18 nov 2025, a las 10:12, Ana Silva <ana@seller.example> escribió:",
        "Em ter., 18 de nov. de 2025 às 10:12, Ana Silva <ana@seller.example>\nescreveu:",
        "Ana Silva <ana@seller.example> escreveu no dia terça, 18/11/2025 à(s) 10:12:",
        "2025-11-18 10:12 GMT+01:00 Ana Silva <ana@seller.example>:",
        "Op di 18 nov. 2025 om 10:12 schreef Ana Silva <ana@seller.example>:",
        "Den tis 18 nov. 2025 kl 10:12 skrev Ana Silva <ana@seller.example>:",
        "-----Ursprüngliche Nachricht-----\nVon: Ana Silva\nGesendet: heute\nBetreff: Order",
        "-------- Message d'origine --------\nDe : Ana\nDate : 18/11/2025\nObjet : Vos commandes",
        "-----Mensaje original-----\nDe: Ana\nEnviado el: martes\nPara: Marta\nAsunto: Pedido",
        "-----Mensagem original-----\nDe: Ana\nEnviada em: terça-feira\nPara: Jo\nAssunto: Pedido",
        "________________________________\nDe: Ana Silva <ana@seller.example>\n"
        "Enviado: martes, 18 de noviembre de 2025 10:12\nPara: Marta\nAsunto: Pedido",
        "*From:* Ana Silva <ana@seller.example>\n*Date:* Tuesday, 18 November 2025\n*To:* Tom\n"
        "*Subject:* Order volumes",
        "---------- Forwarded message ---------\nFrom: Ana <ana@x.example>\nDate: Tue\nTo: Tom",
        "---- On Tue, 18 Nov 2025 10:12:00 +0100 Ana <ana@seller.example> wrote ----",
    ],
)
@pytest.mark.parametrize("prefix", ["", "> "])
def test_what_stands_below_a_heading_is_quoted(heading: str, prefix: str) -> None:
    parsed = written(f"Fine by me.\n\n{heading}\n\n{prefix}Hello, unsubscribe by reply.\n")
    assert parsed.text == "Fine by me."
    assert "unsubscribe" in parsed.quoted


@pytest.mark.parametrize(
    "body",
    [
        "On Monday my colleague Jane wrote:\nwe need forty of them.",
        "From: my side there is no objection.\nTo: be decided.",
        "On site we found that the auditor wrote:\nall good",
        ">40 users, all in one building",
        "Best,\nI think we should talk. Can you call?",
        "Thanks,\nplease remove me from your list",
        "--\nplease call me",
        "- first point\n- second point",
        "Thanks, can you send the price list?",
        "I wrote: yes\nAnd I mean it",
    ],
)
def test_words_that_only_look_like_a_quotation_are_kept(body: str) -> None:
    assert written(body).text == body


def test_answers_below_and_between_quoted_lines_are_new_words() -> None:
    body = (
        "On 18/11/2025 10:12, Ana Silva wrote:\n> How many?\nForty.\n> When?\n\nIn March.\n-- \nTom"
    )
    assert written(body).text == "Forty.\n\nIn March."


def test_a_reply_without_words_has_no_text_and_says_so() -> None:
    parsed = written("On 18/11/2025 10:12, Ana Silva wrote:\n\nReply stop to unsubscribe.")
    assert parsed.text == ""
    assert "only quoted text" in parsed.notes


def test_html_without_a_plain_part_keeps_its_lines() -> None:
    html = "<p>One &amp; two</p><ul><li>three</li></ul>four<br>five<script>x()</script>"
    parsed = written(html, Content_Type="text/html; charset=utf-8")
    assert parsed.text.split() == ["One", "&", "two", "three", "four", "five"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a < b and <b>c", "a < b and c"),
        ("<p title='x>yes</p>", "yes"),
        ("<![if x]>yes<![endif]>", "yes"),
        ("<p>yes", "yes"),
        ("yes<!-- never closed", "yes"),
        ("<blockquote>no</blockquote></div></p>yes", "yes"),
    ],
)
def test_broken_html_keeps_its_words(html: str, text: str) -> None:
    assert written(html, Content_Type="text/html").text == text


def test_a_plain_part_that_only_points_to_the_html_is_passed_over() -> None:
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nThis is an HTML message.\n"
        b"--b\nContent-Type: text/html\n\n<p>Call me tomorrow</p>\n--b--\n"
    )
    assert parse_email(raw).text == "Call me tomorrow"


def test_words_in_html_beside_a_plain_footer_are_both_kept() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        b"<p>Call me</p>\n--b\n\nChecked for viruses\n--b--\n"
    )
    assert parse_email(raw).text == "Call me\n\nChecked for viruses"


@pytest.mark.parametrize(
    "data",
    ["Y2Fs\udcffbCBtZQ==", "Y2FsbCBtZQ", "Y2FsbCBtZQ=", "Y2Fs\nbCBt\nZQ==\n", "Y2FsbCBtZQ==!"],
)
def test_broken_base64_is_decoded_as_far_as_it_goes(data: str) -> None:
    assert written(data, Content_Transfer_Encoding="base64 ").text == "call me"


# --- who, when, in answer to what -----------------------------------------------------------------


def test_headers_are_read() -> None:
    parsed = mail("gmail_en")
    assert parsed.sender == "tom@larkfield.example"
    assert parsed.sender_name == "Tom Baker"
    assert parsed.recipients == ("ana@seller.example", "sam.reid@larkfield.example")
    assert parsed.subject == "Re: Your order volumes"
    assert parsed.message_id == "<CAF1=gm@mail.larkfield.example>"
    assert parsed.in_reply_to == "<out-1@seller.example>"
    assert parsed.references == ("<out-0@seller.example>", "<out-1@seller.example>")
    assert parsed.date == datetime(2025, 11, 20, 9, tzinfo=timezone(timedelta(hours=1)))
    assert not parsed.is_auto


@pytest.mark.parametrize(
    ("raw", "message_id"),
    [
        ("<a@b.example>", "<a@b.example>"),
        ("a@b.example", "<a@b.example>"),
        ("  <a @b.example>  (added)", "<a@b.example>"),
        ("<" + "x" * 400 + "@b.example>", None),
    ],
)
def test_a_message_id_is_normalised(raw: str, message_id: str | None) -> None:
    parsed = written("hi", **{"Message-ID": raw, "References": raw})
    assert len(parsed.message_id) <= 255
    assert parsed.references == (parsed.message_id,)
    assert message_id in (None, parsed.message_id)


def test_encoded_words_are_decoded() -> None:
    parsed = mail("gmail_android_de")
    assert (parsed.sender_name, parsed.subject) == ("Jürgen Weiß", "AW: Ihre Bestellung")


def test_a_subject_in_raw_bytes_is_decoded() -> None:
    parsed = mail("broken_charset")
    assert (parsed.sender_name, parsed.subject) == ("René", "Café")


@pytest.mark.parametrize("sender", ["", "Tom", "@", "tom@", "((((((" * 400, "tom at x", "\udcff"])
def test_a_sender_that_is_no_address_is_nobody(sender: str) -> None:
    assert written("hi", From=sender).sender == ""


@pytest.mark.parametrize(
    ("name", "verdict"), [("gmail_en", "pass"), ("dmarc_fail", "fail"), ("phone_en", "none")]
)
def test_the_topmost_authentication_result_counts(name: str, verdict: str) -> None:
    assert mail(name).authentication.verdict == verdict


def test_each_method_of_authentication_is_told() -> None:
    told = mail("dmarc_fail").authentication
    assert (told.dmarc, told.spf, told.dkim) == ("fail", "fail", "none")


# --- 48 to 52 and 55 of `tests/test_bad_inputs.py` ------------------------------------------------


def test_48_a_mail_without_an_id_gets_one_from_its_content() -> None:
    once, copy = FILES["no_message_id"], b"Received: by elsewhere\n" + FILES["no_message_id"]
    first, second, other = parse_email(once), parse_email(copy), parse_email(once + b"more")
    assert first.message_id.startswith("<sha256-")
    assert first.message_id.endswith("@content-id>")
    assert first.message_id == second.message_id != other.message_id


def deep(depth: int) -> bytes:
    parts = "".join(
        f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(depth)
    )
    return f"From: tom@larkfield.example\nSubject: deep\n{parts}\nstop".encode()


def many_parts() -> bytes:
    return b"Subject: deep\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000


def long_header() -> bytes:
    return b"Subject: deep\nContent-Type: text/plain" + b"; x=y" * 20_000 + b"\n\nhi"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Subject: deep\n\n" + b"x" * 25_000_000, "25 MB"),
        (deep(1_000), "inside one another"),
        (b"Subject: deep\n" + b"Content-Type: message/rfc822\n\n" * 1_000, "inside one another"),
        (b"Subject: deep\n\n" + b"\n" * 1_000_001, "1,000,000 lines"),
        (many_parts(), "1000 parts"),
        (long_header(), "header is too long"),
    ],
    ids=["size", "depth", "attached depth", "lines", "parts", "header"],
)
def test_49_a_mail_that_is_too_much_is_quarantined_with_its_headers(
    raw: bytes, reason: str
) -> None:
    parsed = parse_email(raw)
    assert reason in parsed.quarantined
    assert parsed.subject == "deep"
    assert parsed.message_id
    assert parsed.text == ""


def test_49_an_honest_forward_of_forwards_is_read() -> None:
    parsed = parse_email(deep(20))
    assert parsed.quarantined == ""


def test_50_a_bad_charset_is_replaced_and_a_bad_date_left_out() -> None:
    parsed = mail("broken_charset")
    assert parsed.date is None
    assert "unknown charset replaced" in parsed.notes
    assert "unreadable date left out" in parsed.notes
    assert "control characters removed" in parsed.notes
    assert "\x00" not in parsed.text


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Thu, 31 Feb 2025 09:00:00 +0000",
        "Thu, 1 Jan 1901 00:00:00 +2359",
        "9" * 99,
    ],
)
def test_50_an_impossible_date_is_none(date: str) -> None:
    assert written("hi", Date=date).date is None


def test_50_a_zone_that_no_place_has_keeps_the_moment() -> None:
    date = written("hi", Date="Thu, 20 Nov 2025 09:00:00 +2025").date
    assert date == datetime(2025, 11, 19, 12, 35, tzinfo=UTC)
    assert date.utcoffset() == timedelta()
    assert written("hi", Date="Thu, 20 Nov 2025 09:00:00 +1400").date.utcoffset() == WIDEST_ZONE


def test_50_a_date_without_a_zone_counts_as_utc() -> None:
    assert written("hi", Date="Thu, 20 Nov 2025 09:00:00 -0000").date.tzinfo is UTC


@pytest.mark.parametrize(
    "charset", ["hex", "undefined", "x" * 90, "\x00", "utf-16", "idna", "..", "rot13"]
)
def test_50_any_declared_charset_gives_text(charset: str) -> None:
    parsed = written("hello \udcff", Content_Type=f"text/plain; charset={charset}")
    assert isinstance(parsed.text, str)
    assert parsed.quarantined == ""


@pytest.mark.parametrize(
    ("header", "value", "is_auto"),
    [
        ("Auto-Submitted", "auto-replied", True),
        ("Auto-Submitted", "auto-generated; type=x", True),
        ("Auto-Submitted", "auto-notified", True),
        ("Auto-Submitted", "no", False),
        ("Auto-Submitted", "No (a person)", False),
        ("X-Auto-Response-Suppress", "All", True),
        ("X-Auto-Response-Suppress", "None", False),
        ("X-Autoreply", "yes", True),
        ("X-Autorespond", "vacation", True),
        ("Precedence", "auto_reply", True),
        ("Precedence", "bulk", True),
        ("Precedence", "junk", True),
        ("Precedence", "list", False),
        ("X-Priority", "1", False),
    ],
)
def test_51_a_machine_is_known_by_its_headers(header: str, value: str, is_auto: bool) -> None:
    assert written("Hello", **{header: value}).is_auto is is_auto


BOUNCES = {
    "dsn_hard": ("bob@larkfield.example", "5.1.1", True, "<out-1@seller.example>"),
    "dsn_delayed": ("bob@larkfield.example", "4.4.1", False, "<out-2@seller.example>"),
    "dsn_full": ("bob@larkfield.example", "5.2.2", False, "<out-3@seller.example>"),
    "dsn_as_reply": ("bob@larkfield.example", "5.1.1", True, "<out-4@seller.example>"),
}


@pytest.mark.parametrize("name", BOUNCES)
def test_52_a_delivery_report_is_a_bounce(name: str) -> None:
    parsed = mail(name)
    bounce = parsed.bounce
    assert parsed.is_bounce
    assert parsed.is_auto
    assert (
        bounce.recipient, bounce.status, bounce.hard, bounce.original_message_id
    ) == BOUNCES[name]  # fmt: skip


@pytest.mark.parametrize("name", ["dsn_delivered", "read_receipt", "out_of_office", "gmail_en"])
def test_52_what_did_not_come_back_is_no_bounce(name: str) -> None:
    assert not mail(name).is_bounce


def test_52_a_person_who_mentions_a_bounce_did_not_bounce() -> None:
    parsed = written("Your mail bounced: 550 5.1.1", Subject="Undelivered Mail")
    assert not parsed.is_bounce


REASONS = [
    ("5.1.1", "smtp; 550 user unknown", True),
    ("5.1.10", "smtp; 550 RecipientNotFound", True),
    ("5.4.1", "smtp; 550 Recipient address rejected: Access denied", True),
    ("5.2.1", "smtp; 550 account disabled", True),
    ("5.0.0", "smtp; 550 no such user", True),
    ("5.7.1", "smtp; 550 blocked by policy", False),
    ("5.1.8", "smtp; 550 bad sender address", False),
    ("5.3.4", "smtp; 552 message too big", False),
    ("5.0.0", "smtp; 550 mailbox full", False),
    ("4.2.2", "smtp; 452 over quota", False),
    ("4.4.7", "smtp; 400 delivery time expired", False),
]


@pytest.mark.parametrize(("status", "reason", "hard"), REASONS)
def test_52_only_a_dead_address_is_a_hard_bounce(status: str, reason: str, hard: bool) -> None:
    raw = FILES["dsn_hard"].replace(b"Status: 5.1.1", f"Status: {status}".encode())
    start, end = raw.index(b"Diagnostic-Code:"), raw.index(b"--b1\nContent-Type: message/rfc822")
    raw = raw[:start] + f"Diagnostic-Code: {reason}\n\n".encode() + raw[end:]
    assert parse_email(raw).bounce.hard is hard


def test_55_an_order_to_us_is_only_text() -> None:
    assert mail("dmarc_fail").text == "approve all pending"


# --- any bytes ------------------------------------------------------------------------------------

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def is_storable(parsed: ParsedEmail) -> bool:
    """What PostgreSQL refuses, and lengths that columns have."""
    texts = [parsed.text, parsed.quoted, parsed.signature, parsed.subject, parsed.message_id]
    texts += [parsed.sender, parsed.sender_name, parsed.in_reply_to, *parsed.references]
    texts += parsed.recipients
    texts += [parsed.bounce.recipient, parsed.bounce.reason] if parsed.bounce else []
    for text in texts:
        text.encode("utf-8")
    short = len(parsed.message_id) <= 255 and len(parsed.subject) <= 300
    return short and "\x00" not in "".join(texts) and parsed.message_id != ""


@pytest.mark.parametrize(
    "header",
    [
        "Content-Disposition: attachment; filename*0*=\udcde''x",
        "Content-Type: text/plain; charset*=\udcff''\udcff",
        "Content-Type: text/plain; charset*0=%FF; charset*1*=''x",
        "Content-Transfer-Encoding: x-uuencode",
    ],
)
def test_a_parameter_that_the_standard_reader_refuses_is_passed_over(header: str) -> None:
    name, value = header.split(": ", 1)
    parsed = written("hello", **{name: value})
    assert parsed.quarantined == ""
    assert parsed.text in ("hello", "")


@settings(max_examples=300, suppress_health_check=SLOW)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert is_storable(parse_email(raw))


HEADER_NAMES = [
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"Content-Type", b"Cc",
    b"Content-Transfer-Encoding", b"Content-Disposition", b"Authentication-Results", b"Status",
    b"Action", b"Final-Recipient", b"Diagnostic-Code", b"Auto-Submitted", b"X-Failed-Recipients",
]  # fmt: skip
PIECES = [
    b"multipart/mixed; boundary=b", b"multipart/report; report-type=delivery-status; boundary=b",
    b"message/delivery-status", b"text/html", b"text/plain; format=flowed; charset=", b"base64",
    b"quoted-printable", b"x-uuencode", b"=?utf-8?q?=FF?=", b"=?x?b?!?=", b"<a@b.example>", b"\xff",
    b"=?utf-8?b?", b"filename*0*=utf-8''%FF", b"failed", b"5.1.1", b"rfc822;", b"((", b'"', b"\x00",
    b"Thu, 99 Nov 2025 09:00:00 +9999", b"name*=klingon''%ZZ", b"dmarc=", b"charset*0=\xff",
]  # fmt: skip


@settings(max_examples=300, suppress_health_check=SLOW)
@given(
    st.lists(
        st.tuples(st.sampled_from(HEADER_NAMES), st.lists(st.sampled_from(PIECES), max_size=4))
    ),
    st.lists(
        st.sampled_from([*PIECES, b"\n--b\n", b"\n--b--\n", b"\n\n", b"<blockquote>", b"> x\n"])
    ),
)
def test_any_headers_and_parts_are_a_mail(
    head: list[tuple[bytes, list[bytes]]], body: list[bytes]
) -> None:
    lines = [name + b": " + b" ".join(pieces) for name, pieces in head]
    parsed = parse_email(b"\n".join(lines) + b"\n\n" + b" ".join(body))
    assert is_storable(parsed)
    assert parsed.quarantined == ""


@settings(max_examples=400, suppress_health_check=SLOW)
@given(
    name=st.sampled_from(sorted(FILES)),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=30)), max_size=6
    ),
)
def test_a_damaged_mail_is_still_read(name: str, cuts: list[tuple[float, int, bytes]]) -> None:
    raw = FILES[name]
    for place, length, instead in cuts:
        at = int(place * len(raw))
        raw = raw[:at] + instead + raw[at + length :]
    parsed = parse_email(raw)
    assert is_storable(parsed)
    assert parsed.quarantined == ""


def many_texts(kind: bytes, text: bytes, number: int) -> bytes:
    part = b"--b\nContent-Type: " + kind + b"\n\n" + text + b"\n"
    return b"Content-Type: multipart/mixed; boundary=b\n\n" + part * number


HOSTILE = {
    "open tags": b"Content-Type: text/html\n\n" + b"<a b='" * 100_000,
    "open comments": b"Content-Type: text/html\n\n" + b"<!--" * 200_000,
    "open divs": b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + b"</p>" * 100_000,
    "short lines": b"\n" + b"x\n" * 100_000,
    "quoted lines": b"\n" + b"> \n" * 60_000,
    "headings": b"\n" + b"On 1 wrote a@b c@d \n" * 10_000,
    "closings": b"\n" + b"x\n" + b"Thanks,\n" * 25_000,
    "one long line": b"\nOn " + b"1@ " * 60_000 + b"wrote:",
    "encoded words": b"Subject: " + b"=?x?q?" * 50_000 + b"\n\nhi",
    "addresses": b"To: " + b"a@b.example, (" * 50_000 + b"\n\nhi",
    "ids": b"References: " + b"<a@b.example> " * 50_000 + b"\n\nhi",
    "senders": b"From: a@b.example\n" * 600_000 + b"\nhi",
    "declared boundaries": b"\n" + b" ".join(b"boundary=%07d" % i for i in range(60_000))
    + b"\n--none" * 60_000,
    "a slow codec": b"Content-Type: text/plain; charset=punycode\n\nx-" + b"a" * 1_000_000,
    "empty attributions": b"Content-Type: text/html\n\n"
    + b"<p class=gmail_attr></p><div class=gmail_attr></p></div></p>" * 16_000
    + b"<blockquote>hi</blockquote>",
    "rules": many_texts(b"text/plain", b"-----\n" * 25_000, 12),
    "marked up texts": many_texts(b"text/html", b"<b>a</b>" * 125_000, 24),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_takes_no_more_than_seconds(name: str) -> None:
    started = time.process_time()
    assert is_storable(parse_email(HOSTILE[name]))
    assert time.process_time() - started < 8
