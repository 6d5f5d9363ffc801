"""How the model is reached: the environment's way, else what an admin typed, else not at all.

What the environment says counts alone: its key is never sent to an address that somebody typed.
An address that was typed is held to the address rule (`revenue.posting`) at every call. Called by
`agents` for each call, and by the page of the set-up.
"""

from dataclasses import dataclass, field, replace

from django.conf import settings

from revenue import events, outside, posting, reaching, transactions, vault
from revenue.models import ModelAccess, User

OFFICIAL_URL = "https://api.openai.com/v1"
OFFLINE_MODEL = "offline-writer"
ENVIRONMENT, PAGE, OFFLINE = "environment", "page", ""


class AccessError(ValueError):
    """What is wrong with one field of the wish, and what to do."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.field = name


@dataclass(frozen=True)
class Access:
    """`source` is "environment", "page", or "" for the offline writer, which needs nothing.

    `url` "" is the official endpoint. The key is in memory alone; `is_lost` says that there is one
    which cannot be opened any more.
    """

    source: str = OFFLINE
    url: str = ""
    model: str = OFFLINE_MODEL
    key: str = field(default="", repr=False)
    is_lost: bool = False

    @property
    def is_offline(self) -> bool:
        return self.source == OFFLINE

    @property
    def is_typed(self) -> bool:
        return self.source == PAGE


def of_environment() -> Access:
    """What the environment says, and nothing else; the offline writer when it says nothing."""
    if outside.simulated():
        return Access()
    key, url = settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL
    return Access(ENVIRONMENT, url, settings.OPENAI_MODEL, key) if key or url else Access()


def current() -> Access:
    if outside.simulated():
        return Access()
    found = of_environment()
    return transactions.once(ModelAccess, _typed) if found.is_offline else found


def _typed() -> Access:
    row = ModelAccess.objects.first()
    if row is None:
        return Access()
    access = Access(PAGE, row.url, row.model)
    try:
        return replace(access, key=vault.reveal(row.secret, row.key_id) if row.secret else "")
    except vault.Unreadable:
        return replace(access, is_lost=True)


def kept() -> ModelAccess | None:
    """What was typed, whether it counts or the environment does."""
    return ModelAccess.objects.first()


@transactions.atomic
def save(*, url: str, model: str, key: str, by: User) -> list[str]:
    """The names of what changed. Without a key the one that is kept stays, as long as the address
    does: it is not sent to a server that it was not typed for."""
    _refuse(url)
    row = ModelAccess.objects.select_for_update().first() or ModelAccess(pk=1)
    moved = row.secret and row.url != url
    if moved and not key:
        words = "Type the key again: the one that is kept is not sent to another address."
        raise AccessError("key", words)
    if not (url or key or row.secret):
        raise AccessError("key", "Type the key, or the address of a server that needs none.")
    changed = [name for name, new in (("url", url), ("model", model)) if getattr(row, name) != new]
    row.url, row.model = url, model
    if key:
        row.secret, row.key_id = vault.seal(key)
        changed.append("key")
    row.save()
    _note(by, changed)
    return changed


def _refuse(url: str) -> None:
    """AccessError for an address that is not called; what its name leads to is seen at the call."""
    if not url:
        return
    try:
        reaching.refuse_number(posting.checked(url).hostname or "")
    except (posting.Unreachable, reaching.NotAllowed) as error:
        words = str(error).removeprefix("address not allowed: ")
        raise AccessError("url", f"Address not allowed: {words.rstrip('.')}.") from None


@transactions.atomic
def forget(*, by: User) -> bool:
    """Address and key are gone; False when there was nothing."""
    gone, _ = ModelAccess.objects.all().delete()
    if gone:
        _note(by, ["url", "model", "key"])
    return bool(gone)


def _note(by: User, changed: list[str]) -> None:
    transactions.forget(ModelAccess)
    if changed:
        events.append("model.changed", by=by, fields=sorted(changed))
