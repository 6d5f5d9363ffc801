"""Accounts on their way through the house, and the people around it: a rep, an admin, the buyers.

An account in hand is out of sight for the worker and the tick until it is given to the one that is
to be killed over it, which then sees nothing else: an account is killed over once, because the
third time would rightly quarantine it. A free one goes on by itself: the rep approves, settles what
nobody knows, and the buyer answers once.
"""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.urls import reverse

from agents.models import AgentRun, Draft, RoutingDecision
from agents.orchestration import engine, triggers
from revenue import clock, importing, ingest, transactions
from revenue.inbound import receive_email
from revenue.models import Account, Activity, Event, ImportBatch, User
from review import decisions, dispatch, intake, tasks
from review.models import OutboxMessage, ReviewItem
from tests import factories, scripts
from tests.fakes import Asked, Reply, StubEndpoint
from tests.kills.house import TICK, WORKER, Browser, House
from tests.smtp import Sink

PATIENCE = 120.0  # seconds after which a thing that has to happen counts as one that does not
QUESTION = "How long does delivery take?"
OPT_OUT = "Please unsubscribe me, I do not want any more of your mails."
FILES = {
    "accounts": "account,sector,employees\n{name},retail,410\n",
    "contacts": "account,first_name,last_name,email\n{name},Yara,Zhou,{key}@buyer.example\n",
    "people": "sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\n",
    "products": "product,series,sales_price\nGTX Pro,GTX,4821\n",
    "deals": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,"
    "close_value\n{key},Moses Frase,GTX Pro,{name},Prospecting,10/20/2016,,\n",
}


class Writer(StubEndpoint):
    """A model on a real HTTP server. `asked_about` hears every question before the answer."""

    asked_about: Callable[[str], None] = staticmethod(lambda packet: None)

    def next(self, body: bytes, key: str) -> Reply:
        asked = Asked(json.loads(body), key)
        self.asked_about(json.dumps(asked.packet))
        script = {
            "ProspectingOutput": scripts.prospecting,
            "OutreachOutput": scripts.outreach,
            "ReplyOutput": scripts.read,
        }
        return Reply(script[asked.output](asked.packet))


@dataclass
class Scene:
    house: House
    sink: Sink
    writer: Writer
    rep: User
    desk: Browser  # the rep's
    office: Browser  # the admin's
    in_hand: dict[int, str] = field(default_factory=dict)  # account → the role that may see it
    leaving: list[int] = field(default_factory=list)  # accounts whose buyer opts out
    previews: list[int] = field(default_factory=list)  # imports that the admin says yes to
    importer: str | None = None  # the role that may import; nothing: whoever is free
    numbers: Iterator[int] = field(default_factory=itertools.count)

    # --- accounts, as far as a kill needs them ----------------------------------------------------

    def imported(self) -> Account:
        account = factories.prospect(owner=self.rep)
        self.hold(account)
        return account

    def handed_over(self) -> Account:
        account = self.imported()
        self.announce(account)
        engine.step(account)
        return account

    def drafted(self) -> Account:
        account = self.handed_over()
        engine.step(account)
        return account

    def routed(self) -> Account:
        account = self.drafted()
        intake.route(Draft.objects.get(account=account))
        return account

    def sent(self) -> Account:
        account = self.routed()
        self.approve(account)
        dispatch.send(OutboxMessage.objects.get(account=account).pk)  # unless the tick was quicker
        mine = OutboxMessage.objects.filter(account=account, state="sent")
        self.wait_for(mine.exists, f"the mail to {account}")
        return account

    def announce(self, account: Account) -> None:
        ingest.record_signal(
            account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
            dedupe_key=f"import:{account.pk}",
        )  # fmt: skip

    def approve(self, account: Account) -> OutboxMessage:
        item = ReviewItem.objects.get(account=account, state="pending")
        decisions.approve(item, by=self.rep, revision=item.revision)
        return OutboxMessage.objects.get(account=account)

    # --- who may see an account -------------------------------------------------------------------

    def hold(self, account: Account) -> None:
        self.give(account, "")

    def give(self, account: Account, role: str) -> None:
        self.in_hand[account.pk] = role
        self._tell()

    def free(self, account: Account) -> None:
        self.in_hand.pop(account.pk, None)
        self._tell()

    def let_import(self, role: str | None) -> None:
        self.importer = role
        self._tell()

    def _tell(self) -> None:
        for role in (WORKER, TICK):
            its = [pk for pk, whose in self.in_hand.items() if whose == role]
            others = [pk for pk, whose in self.in_hand.items() if whose != role]
            only = its[0] if its else None
            imports = self.importer == role or (self.importer is None and only is None)
            self.house.show(role, only=only, without=others, imports=imports)

    # --- what people do ---------------------------------------------------------------------------

    def wait_for(self, happened: Callable[[], object], what: str) -> None:
        """Life goes on until it happened."""
        until = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < until, f"{what} did not happen{self.so_far()}"
            self.go_on()
            time.sleep(0.1)

    def calm_down(self) -> None:
        """Everything that can be done is done: whoever dies now takes nobody else along."""
        self.wait_for(lambda: not self._busy(), "all that is due")

    def _busy(self) -> bool:
        due = set(triggers.due()) | set(Draft.objects.unrouted().values_list("account", flat=True))
        sending = OutboxMessage.objects.due(clock.now()).exists()
        waiting = importing.waiting().exists()
        return bool(due - self.in_hand.keys()) or sending or waiting or self.heals_within(0)

    def heals_within(self, seconds: float) -> bool:
        """Is what a dead process was at, a run or an import, about to be taken up again?"""
        then = clock.now() + timedelta(seconds=seconds)
        runs = AgentRun.objects.filter(state="running", alive_until__lte=then)
        imports = ImportBatch.objects.filter(state="queued", claimed_until__lte=then)
        return runs.exists() or imports.exists()

    def unfinished(self) -> list[Account | ImportBatch]:
        """Accounts where neither an answer to the buyer waits for the rep, nor the buyer's wish to
        hear no more has been looked at; imports that are still to bring one."""
        coming = list(ImportBatch.objects.exclude(state="done"))  # before the accounts they bring
        waiting = ReviewItem.objects.filter(state="pending").exclude(draft__in_reply_to=None)
        heard = RoutingDecision.objects.filter(account__in=self.leaving, rule="unsubscribed")
        left = Account.objects.exclude(pk__in=waiting.values("account"))
        return [*left.exclude(pk__in=heard.values("account")), *coming]

    def so_far(self) -> str:
        """For a failure: how far the unfinished stories have come."""
        return "".join(f"\n{one}: {', '.join(_told(one))}" for one in self.unfinished())

    def go_on(self) -> None:
        self.house.look()
        for item in self._to_approve():
            self.press_approve(item)
        for message in self._unanswered():
            self.answer(message)
        for message in OutboxMessage.objects.filter(state="unknown"):
            self.settle(message)
        for pk in list(self.previews):
            self.press_import(pk)

    def _to_approve(self) -> list[ReviewItem]:
        first = ReviewItem.objects.filter(state="pending", draft__in_reply_to=None)
        free = first.exclude(account__in=self.in_hand).exclude(draft=None)
        return list(free.select_related("draft"))

    def _unanswered(self) -> list[OutboxMessage]:
        answered = Activity.objects.filter(direction="inbound").values("account")
        sent = OutboxMessage.objects.filter(state="sent", draft__in_reply_to=None)
        return list(sent.exclude(account__in=answered).exclude(account__in=self.in_hand))

    def press_approve(self, item: ReviewItem) -> int | None:
        seen = {"revision": item.revision, "context_hash": item.draft.context_hash}
        return self.desk.post(reverse("item_approve", args=[item.pk]), **seen)

    def answer(self, message: OutboxMessage) -> int | None:
        file = SimpleUploadedFile("answer.eml", self.reply_to(message))
        return self.desk.post(self.door_of(message), mail=file)

    def door_of(self, message: OutboxMessage) -> str:
        """Where its answer is uploaded; the number tells one upload from another."""
        return f"{reverse('inbox_upload')}?to={message.pk}"

    def reply_to(self, message: OutboxMessage) -> bytes:
        mail = EmailMessage()
        mail["From"], mail["To"] = message.recipient, "rep@seller.example"
        mail["Message-ID"] = f"<re-{message.pk}@buyer.example>"
        mail["In-Reply-To"], mail["Subject"] = message.message_id, "Re: GTX"
        mail.set_content(OPT_OUT if message.account_id in self.leaving else QUESTION)
        return mail.as_bytes()

    def receive(self, account: Account) -> None:
        """The buyer's answer, by another door than the web server and without a bell."""
        receive_email(self.reply_to(OutboxMessage.objects.get(account=account)))

    def settle(self, message: OutboxMessage) -> None:
        """The rep looks into the mailbox and says what became of it."""
        left = message.message_id in [mail["Message-ID"] for mail in self.sink.mails]
        path = reverse("outbox_settle", args=[message.pk])
        self.desk.post(path, outcome="sent" if left else "queued")

    def choose_files(self, name: str) -> int:
        """The admin uploads an export with one account. The number of its preview."""
        self.wait_for(lambda: self.upload(name) == 302, f"the upload of {name}")
        preview = ImportBatch.objects.filter(state="preview").latest("pk")
        return preview.pk

    def upload(self, name: str) -> int | None:
        key = name.lower().replace(" ", "-")
        files = [  # made anew for each attempt: one that failed has read them to their end
            SimpleUploadedFile(f"{kind}.csv", text.format(name=name, key=key).encode())
            for kind, text in FILES.items()
        ]
        return self.office.post(reverse("import_upload"), files=files)

    def press_import(self, pk: int) -> None:
        """Until there is an answer, be it that the import runs or is done already."""
        if self.office.post(reverse("import_commit", args=[pk])) in (302, 404, 409):
            self.previews.remove(pk)

    def ring(self) -> None:
        with transactions.atomic():
            tasks.ring()

    def let_two_minutes_pass(self, message: OutboxMessage) -> None:
        """For a claim whose sender is dead; everybody else's clock stays."""
        sending = OutboxMessage.objects.filter(pk=message.pk, state="sending")
        sending.update(claimed_at=F("claimed_at") - timedelta(minutes=2))


def _told(one: Account | ImportBatch) -> list[str]:
    rows = Event.objects.filter(subject_kind="importbatch", subject_id=one.pk)
    if isinstance(one, Account):
        rows = Event.objects.filter(account=one)
    return [f"{row.at:%M:%S} {row.kind}" for row in rows.order_by("seq")]
