"""What a notice says: as a mail, as the body of a webhook, as a Slack message."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from revenue import delegations
from revenue.calendars import zone_of
from review.models import Notice
from review.notices.contents import Contents, Line, page

GROUPS = ("Overdue", "Needs you first", "The rest")


def subject(found: Contents) -> str:
    """Short, and without a buyer's name: it shows on a locked screen."""
    if not found.lines:
        words = [*_stopped(found), *_covers(found)][0].rstrip(".")
        return f"Your desk: {words[0].lower()}{words[1:]}"
    first = f", {found.first} of them first" if found.first else ""
    return f"Your desk: {_waits(found)}{first}"


def _waits(found: Contents) -> str:
    return f"{found.number} wait{'s' if found.number.number == 1 else ''} for you"


def text(found: Contents, *, off: str = "") -> str:
    """The mail, with the link that ends them at its foot. Times are by the clock where the person
    is."""
    with timezone.override(zone_of(found.user.time_zone)):
        blocks = [f"Hello {found.user.first_name or found.user},"]
        if found.lines:
            blocks.append(f"{_waits(found)[0].upper()}{_waits(found)[1:]} on your desk.")
        blocks.append("\n".join(_covers(found)))
        blocks += [*_groups(found), _more(found), _elsewhere(found), _foot(off) if off else ""]
    return "\n\n".join(block for block in blocks if block)


def _covers(found: Contents) -> list[str]:
    with timezone.override(zone_of(found.user.time_zone)):
        return [
            f"You decide for {row.user}, too, {delegations.until(row.ends_at)}."
            for row in found.covers
        ]


def group_of(line: Line) -> str:
    return GROUPS[0 if line.is_overdue else 1 if line.is_urgent else 2]


def _groups(found: Contents) -> Iterator[str]:
    """Under their names, unless there is one alone."""
    several = len({group_of(line) for line in found.lines}) > 1
    for name in GROUPS:
        lines = [_lines(line) for line in found.lines if group_of(line) == name]
        if lines:
            yield "\n\n".join([name.upper(), *lines] if several else lines)


def _lines(line: Line) -> str:
    return f"{line.title}\n{line.why}, until {_moment(line)}.\n{line.url}"


def _moment(line: Line) -> str:
    local = timezone.localtime(line.until)
    zone = " UTC" if local.tzname() == "UTC" else ""
    return f"{local:%a %-d %b, %H:%M}{zone}"


def _more(found: Contents) -> str:
    return f"{_number(found)} more: {page('desk')}" if found.more else ""


def _number(found: Contents) -> str:
    at_most = found.number.number >= found.number.cap
    return f"{found.more - 1}+" if at_most else f"{found.more}"


def _stopped(found: Contents) -> list[str]:
    counts = [
        (found.stopped, "mail stopped in the outbox", "mails stopped in the outbox"),
        (found.unplaced, "mail belongs to no account", "mails belong to no account"),
    ]
    return [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]


def _elsewhere(found: Contents) -> str:
    pages = [page("outbox")] * bool(found.stopped) + [page("inbox")] * bool(found.unplaced)
    told = [f"{words}: {where}" for words, where in zip(_stopped(found), pages, strict=True)]
    return "\n".join(["NEEDS A PERSON, TOO", "", *told]) if told else ""


def _foot(off: str) -> str:
    return (
        "-- \nA link decides nothing. It opens the page where you do.\n"
        f"Other times, or other ways: {page('notices')}\nNo more of these mails: {off}"
    )


# --- for programs ---------------------------------------------------------------------------------

TYPES: dict[str, str] = {
    Notice.Kind.DIGEST: "desk.digest", Notice.Kind.URGENT: "desk.digest",
    Notice.Kind.WAITING: "desk.waiting", Notice.Kind.NOW: "desk.test",
}  # fmt: skip


def body(found: Contents) -> str:
    """The JSON of a signed webhook."""
    data = {
        "person": found.user.email, "waiting": found.number.number, "more": found.more,
        "items": [_item(line) for line in found.lines], "stopped_mails": found.stopped,
        "mails_of_no_account": found.unplaced, "url": page("desk"),
        "decides_for": [
            {"person": row.user.email, "until": row.ends_at.isoformat()} for row in found.covers
        ],
    }  # fmt: skip
    said = {"type": TYPES[found.kind], "timestamp": found.now.isoformat(), "data": data}
    return json.dumps(said, ensure_ascii=False)


def _item(line: Line) -> dict[str, Any]:
    return {
        "item": line.pk, "account": line.account, "class": line.label, "subject": line.subject,
        "why": line.why, "until": line.until.isoformat(), "overdue": line.is_overdue,
        "urgent": line.is_urgent, "url": line.url,
    }  # fmt: skip


def slack(found: Contents) -> str:
    """What an incoming webhook of Slack takes: one `text` in its markup."""
    with timezone.override(zone_of(found.user.time_zone)):
        lines = [
            f"• <{line.url}|{_escaped(line.title)}>\n   {line.why}, until {_moment(line)}"
            for line in found.lines
        ]
        more = [f"<{page('desk')}|{_number(found)} more>"] if found.more else []
        covers = [_escaped(words) for words in _covers(found)]
    head = f"*{_waits(found)}*" if found.lines else "Nothing waits for you."
    return json.dumps({"text": "\n".join([head, *covers, *lines, *more, *_stopped(found)])})


def _escaped(text: str) -> str:
    """Slack's three control characters, and the one that ends a link's address."""
    for mark, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "¦")):
        text = text.replace(mark, instead)
    return text
