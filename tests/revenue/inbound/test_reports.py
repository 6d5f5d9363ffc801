"""Reports as mail systems write them: of delivery (RFC 3464) and of complaints (RFC 5965).

Each is about our mail `<out-9@seller.example>` to bob@larkfield.example.
"""

import pytest

from revenue.inbound import classify_reply, parse_email

OURS = (
    "From: Ana Silva <ana@seller.example>\nTo: bob@larkfield.example\n"
    "Subject: Your order volumes\nMessage-ID: <out-9@seller.example>\n"
    "\nHi Bob, to unsubscribe reply stop.\n"
)


def report(
    words: str,
    fields: str = "",
    *,
    sender: str = "MAILER-DAEMON@mx.example",
    subject: str = "Undelivered Mail Returned to Sender",
    kind: str = "delivery-status",
    returned: str = "message/rfc822",
    more: str = "",
) -> bytes:
    head = (
        f"Return-Path: <>\nFrom: {sender}\nTo: ana@seller.example\nSubject: {subject}\n"
        f"Date: Tue, 10 Mar 2026 09:00:00 +0000\nMessage-ID: <r@mx.example>\nMIME-Version: 1.0\n"
        f"{more}"
    )
    if not fields:
        return f"{head}\n{words}\n".encode()
    parts = [("text/plain; charset=utf-8", words), (f"message/{kind}", fields), (returned, OURS)]
    body = "".join(f"--b\nContent-Type: {type_}\n\n{text}\n" for type_, text in parts)
    multipart = f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n'
    return f"{head}{multipart}\n{body}--b--\n".encode()


EXCHANGE = report(
    "Delivery has failed to these recipients or groups:\n\nbob@larkfield.example\nThe email address"
    " you entered couldn't be found.",
    "Reporting-MTA: dns;AB1PR01MB0001.eurprd01.prod.outlook.example\nReceived-From-MTA: dns;x\n\n"
    "Final-Recipient: rfc822;bob@larkfield.example\nAction: failed\nStatus: 5.1.10\n"
    "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP"
    " address lookup\n",
    sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615@larkfield.example>",
    subject="Undeliverable: Your order volumes",
)
EXCHANGE_FULL = report(
    "La boîte aux lettres du destinataire est pleine.",
    "Reporting-MTA: dns;mail.larkfield.example\n\nFinal-Recipient: rfc822;bob@larkfield.example\n"
    "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV\n",
    sender="postmaster@larkfield.example",
    subject="Non remis : Your order volumes",
    returned="text/rfc822-headers",
)
EXCHANGE_BLOCKED = report(
    "Your message couldn't be delivered: the group only accepts mail from people inside.",
    "Reporting-MTA: dns;mail.larkfield.example\n\nFinal-Recipient: rfc822;bob@larkfield.example\n"
    "Action: failed\nStatus: 5.7.133\nDiagnostic-Code: smtp;550 5.7.133"
    " RESOLVER.RST.SenderNotAuthenticatedForGroup\n",
    subject="Undeliverable: Your order volumes",
)
GMAIL = report(
    "** Address not found **\n\nYour message wasn't delivered to bob@larkfield.example because the"
    " address couldn't be found, or is unable to receive mail.",
    "Reporting-MTA: dns; googlemail.example\nArrival-Date: Tue, 10 Mar 2026 01:00:00 -0800\n\n"
    "Final-Recipient: rfc822; bob@larkfield.example\nAction: failed\nStatus: 5.1.1\n"
    "Remote-MTA: dns; mx.larkfield.example\nDiagnostic-Code: smtp; 550-5.1.1 The email account that"
    " you tried to reach does not exist.\n",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
    subject="Delivery Status Notification (Failure)",
    more="X-Failed-Recipients: bob@larkfield.example\nAuto-Submitted: auto-replied\n",
)
GMAIL_DELAY = report(
    "** Delivery incomplete **\n\nThere was a temporary problem. We will retry for 46 more hours.",
    "Reporting-MTA: dns; googlemail.example\n\nFinal-Recipient: rfc822; bob@larkfield.example\n"
    "Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: Thu, 12 Mar 2026 09:00:00 +0000\n",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
    subject="Delivery Status Notification (Delay)",
)
POSTFIX = report(
    "This is the mail system at host mx.example.\n\n<bob@larkfield.example>: host"
    " mx.larkfield.example said: 550 5.1.1 <bob@larkfield.example>: Recipient address rejected",
    "Reporting-MTA: dns; mx.example\nX-Postfix-Queue-ID: 4ABC\n\nFinal-Recipient: rfc822;"
    " bob@larkfield.example\nOriginal-Recipient: rfc822;bob@larkfield.example\nAction: failed\n"
    "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n",
    returned="text/rfc822-headers",
)
POSTFIX_NO_DOMAIN = report(
    "I'm sorry to have to inform you that your message could not be delivered.",
    "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; bob@larkfield.example\n"
    "Action: failed\nStatus: 5.4.4\nDiagnostic-Code: X-Postfix; Host or domain name not found\n",
)
SES = report(
    "An error occurred while trying to deliver the mail to the following recipients:\n"
    "bob@larkfield.example",
    "Reporting-MTA: dns; a8-50.smtp-out.ses.example\n\nAction: failed\nFinal-Recipient: rfc822;"
    " bob@larkfield.example\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1\n",
    sender="MAILER-DAEMON@ses.example",
    subject="Delivery Status Notification (Failure)",
)
SEVERAL = report(
    "Some of the recipients could not be reached.",
    "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; copy@larkfield.example\n"
    "Action: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; bob@larkfield.example\n"
    "Action: failed\nStatus: 5.1.1\n",
)
QMAIL = report(
    "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your"
    " message to the following addresses.\nThis is a permanent error; I've given up. Sorry it"
    " didn't work out.\n\n<bob@larkfield.example>:\n192.0.2.7 does not like recipient.\nRemote host"
    " said: 550 5.1.1 no mailbox here by that name\nGiving up on 192.0.2.7.\n\n--- Below this line"
    f" is a copy of the message.\n\n{OURS}",
    subject="failure notice",
)
EXIM = report(
    "This message was created automatically by mail delivery software.\n\nA message that you sent"
    " could not be delivered to one or more of its recipients. This is a permanent error. The"
    " following address(es) failed:\n\n  bob@larkfield.example\n    host mx.larkfield.example:\n"
    "    550 Unrouteable address\n\n------ This is a copy of your message ------\n\n" + OURS,
    sender="Mail Delivery System <Mailer-Daemon@mx.example>",
    subject="Mail delivery failed: returning message to sender",
    more="X-Failed-Recipients: bob@larkfield.example\nAuto-Submitted: auto-replied\n",
)
EXIM_DELAY = report(
    "A message that you sent has not yet been delivered to one or more of its recipients after"
    " more than 24 hours on the queue.\n\n  bob@larkfield.example\n\nNo action is required.",
    sender="Mail Delivery System <Mailer-Daemon@mx.example>",
    subject="Warning: message 1kT9x delayed 24 hours",
)

BOUNCES = {
    "Exchange": (EXCHANGE, "5.1.10", "bounce_hard"),
    "Exchange, full": (EXCHANGE_FULL, "5.2.2", "bounce_soft"),
    "Exchange, blocked": (EXCHANGE_BLOCKED, "5.7.133", "bounce_soft"),
    "Gmail": (GMAIL, "5.1.1", "bounce_hard"),
    "Gmail, delay": (GMAIL_DELAY, "4.4.1", "bounce_soft"),
    "Postfix": (POSTFIX, "5.1.1", "bounce_hard"),
    "Postfix, no domain": (POSTFIX_NO_DOMAIN, "5.4.4", "bounce_hard"),
    "SES": (SES, "5.1.1", "bounce_hard"),
    "several recipients": (SEVERAL, "5.1.1", "bounce_hard"),
    "qmail": (QMAIL, "5.1.1", "bounce_hard"),
    "Exim": (EXIM, "", "bounce_hard"),
    "Exim, delay": (EXIM_DELAY, "", "bounce_soft"),
}
WITHOUT_THEIR_COPY = ("Exim, delay",)


@pytest.mark.parametrize("name", BOUNCES)
def test_52_every_mail_systems_report_says_whom_and_for_how_long(name: str) -> None:
    raw, status, label = BOUNCES[name]
    parsed = parse_email(raw)
    assert parsed.bounce is not None
    assert (parsed.bounce.recipient, parsed.bounce.status) == ("bob@larkfield.example", status)
    original = "" if name in WITHOUT_THEIR_COPY else "<out-9@seller.example>"
    assert parsed.bounce.original_message_id == original
    said = classify_reply(parsed)
    assert (said.label, said.is_human, said.opt_out) == (label, False, False)


@pytest.mark.parametrize("action", ["relayed", "delivered", "expanded"])
def test_52_a_report_that_it_arrived_is_no_bounce(action: str) -> None:
    fields = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; b@x.example\nAction: {action}\n"
    said = classify_reply(parse_email(report("It arrived.", fields, subject="Delivered")))
    assert (said.label, said.is_human) == ("auto_reply", False)


# --- complaints -----------------------------------------------------------------------------------


def complaint(kind: str = "abuse", *, named: str = "Original-Rcpt-To: bob@larkfield.example\n",
              returned: str = "message/rfc822") -> bytes:  # fmt: skip
    return report(
        "This is an email abuse report for an email message received from IP 192.0.2.1. To"
        " unsubscribe from these reports write to us.",
        f"Feedback-Type: {kind}\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n{named}"
        "Original-Mail-From: <ana@seller.example>\nArrival-Date: Tue, 10 Mar 2026 08:00:00 +0000\n",
        sender="feedback@isp.example",
        subject="FW: Your order volumes",
        kind="feedback-report",
        returned=returned,
    )


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out", "Abuse"])
@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_complaint_names_our_mail(kind: str, returned: str) -> None:
    parsed = parse_email(complaint(kind, returned=returned))
    assert parsed.complaint is not None
    assert parsed.complaint.kind == kind.lower()
    assert parsed.complaint.recipient == "bob@larkfield.example"
    assert parsed.complaint.original_message_id == "<out-9@seller.example>"
    assert parsed.bounce is None


def test_a_complaint_is_an_opt_out_that_no_human_wrote() -> None:
    said = classify_reply(parse_email(complaint()))
    assert (said.label, said.layer, said.is_human) == ("unsubscribe", "headers", False)
    assert not said.opt_out  # the address that wrote is the provider's


@pytest.mark.parametrize("kind", ["not-spam", "virus", "auth-failure", "other", ""])
def test_a_report_of_another_kind_is_no_complaint(kind: str) -> None:
    parsed = parse_email(complaint(kind))
    assert parsed.complaint is None
    said = classify_reply(parsed)
    assert (said.label, said.is_human, said.opt_out) == ("auto_reply", False, False)


def test_a_redacted_complaint_names_nobody() -> None:
    parsed = parse_email(complaint(named=""))
    assert parsed.complaint is not None
    assert parsed.complaint.recipient == ""


# --- in words alone -------------------------------------------------------------------------------

NOTICES = [
    ("Message blocked", "Refused: bob@larkfield.example. 554 5.7.1 permanent policy.", "hard"),
    ("Message delayed", "The mail server did not take the message to bob@larkfield.example. It"
     " will be retried for two days.", "soft"),
    ("Nicht zugestellt", "Das Postfach bob@larkfield.example ist voll. Code 552.", "soft"),
    ("Nicht zugestellt", "Empfänger bob@larkfield.example unbekannt, kein weiterer Versuch.",
     "hard"),
    ("Échec de remise", "Le compte bob@larkfield.example a été supprimé. Code 550.", "hard"),
    ("Mensaje no entregado", "El buzón bob@larkfield.example está lleno.", "soft"),
    ("Mensagem devolvida", "A conta bob@larkfield.example foi encerrada. Código 550.", "hard"),
]  # fmt: skip


@pytest.mark.parametrize("sender", ["mailer-daemon@mx.example", "Tom <tom@larkfield.example>"])
@pytest.mark.parametrize(("subject", "text", "lasts"), NOTICES)
def test_a_notice_of_failure_is_one_under_any_name(
    sender: str, subject: str, text: str, lasts: str
) -> None:
    raw = f"From: {sender}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    said = classify_reply(parse_email(raw.encode()))
    assert (said.label, said.is_human) == (f"bounce_{lasts}", False)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Your offer", "My mailbox bob@larkfield.example was full, it was not delivered."),
        ("Your offer", "Your mail could not be delivered, the server was down. Send it again to"
         " bob@larkfield.example?"),
        ("Delivery", "When is delivery? We have not been delivered anything yet."),
    ],
)  # fmt: skip
def test_a_person_who_speaks_of_failure_is_a_person(subject: str, text: str) -> None:
    raw = f"From: Tom <tom@larkfield.example>\nSubject: {subject}\n\n{text}"
    assert not parse_email(raw.encode()).is_bounce
