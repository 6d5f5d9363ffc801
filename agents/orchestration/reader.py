"""The reader model: which kind of reply a mail is, where words alone do not settle it.

It chooses among the classes of replies and does nothing else: what it says is recorded by
`revenue.inbound.readings`, which only adds. An answer that is invalid, or rests on words that do
not stand in the mail, is not repaired: the reply has no class, and a person reads it.
"""

from datetime import date

from agents import configs, llm, packets, runtime
from agents.definitions.base import Packet
from agents.orchestration.situation import Situation
from agents.outputs import ReplyOutput
from revenue import consent
from revenue.inbound import readings
from revenue.inbound.readings import Reading
from revenue.models import Activity

MOST_CHARS = 6000


def ask(seen: Situation, mail: Activity) -> runtime.Opening | None:
    """The reader's own run, which is the step lock meanwhile. Nothing when it is switched off: then
    what the words said stands."""
    config = configs.active(configs.READER)
    if config is None:
        readings.leave_to_words(mail)
        return None
    packet = packet_of(mail)

    def judge(answer: llm.Answer) -> runtime.Result:
        """The run's end: what is recorded of it is `record`'s."""
        said = reading(answer, mail)
        return runtime.Result("failed" if answer.value is None else "read", said.label)

    manifest = [f"account:{seen.account.pk}", f"activity:{mail.pk}"]
    call = packets.call_for(config, packet, output=ReplyOutput, repair=False)
    return runtime.Opening(seen.seen, configs.READER, config, call, packet, manifest, judge=judge)


def packet_of(mail: Activity) -> Packet:
    return {
        "task": {"agent": configs.READER, "sent_on": mail.occurred_at.date().isoformat()},
        "words": {"label": mail.reply_class, "detail": mail.reply_detail},
        "mail": {
            "id": f"activity:{mail.pk}",
            "subject": mail.subject,
            "text": mail.body[:MOST_CHARS],
            "trust": "untrusted",
        },
    }


def hold(pairs: list[tuple[runtime.Work, llm.Answer]]) -> None:
    """Before the runs of a batch end: an opt-out among the answers concerns other accounts, too,
    and all of them are locked at once."""
    asked = [
        _number(work)
        for work, answer in pairs
        if isinstance(answer.value, ReplyOutput) and answer.value.label == "unsubscribe"
    ]
    if asked:
        emails = [one for mail in Activity.objects.filter(pk__in=asked)
                  for one in readings.concerned(mail)]  # fmt: skip
        consent.hold(emails, accounts=[work.run.account_id for work, _ in pairs])


def record(work: runtime.Work, answer: llm.Answer) -> None:
    """In the transaction that ends the run. The next look at the account sees the class."""
    mail = Activity.objects.get(pk=_number(work))
    readings.record(mail, reading(answer, mail), by=f"agent:{work.run.config}")


def _number(work: runtime.Work) -> int:
    """Of the mail that was read."""
    return int(work.packet["mail"]["id"].partition(":")[2])


def give_up(mail: Activity) -> None:
    """Nobody can be asked: the reply has no class."""
    readings.record(mail, readings.UNREAD, by="system")


def reading(answer: llm.Answer, mail: Activity) -> Reading:
    said = answer.value
    text = f"{mail.subject}\n{mail.body[:MOST_CHARS]}"
    if not isinstance(said, ReplyOutput) or not _stands_in(said.quote, text):
        return readings.UNREAD
    person = said.person.strip() if _stands_in(said.person, text) else ""
    detail = (said.objection or "") if said.label == "objection" else person
    return Reading(said.label, detail, _day(said.return_date), said.confidence)


def _stands_in(quote: str, text: str) -> bool:
    words = " ".join(quote.split()).casefold()
    return bool(words) and words in " ".join(text.split()).casefold()


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat((said or "")[:10])
    except ValueError:
        return None
