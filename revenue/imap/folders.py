"""Which folder is the Inbox and which holds what was sent.

By the mark that the server sets (SPECIAL-USE \\Sent, RFC 6154), else by the names that mail
programs and providers give it in five languages.
"""

from collections.abc import Iterable

from imap_tools.folder import FolderInfo

INBOX, SENT = "inbox", "sent"
SENT_NAMES = (
    "sent", "sent items", "sent messages", "sent mail", "outbox/sent",
    "gesendet", "gesendete objekte", "gesendete elemente", "gesendete nachrichten",
    "envoyés", "envoyes", "éléments envoyés", "messages envoyés", "objets envoyés",
    "enviados", "elementos enviados", "mensajes enviados", "correo enviado",
    "itens enviados", "mensagens enviadas", "e-mails enviados", "enviadas",
)  # fmt: skip


def find(folders: Iterable[FolderInfo]) -> dict[str, str]:
    """Role to the folder's name; a role that is not there is left out."""
    usable = [one for one in folders if "\\noselect" not in _flags(one)]
    found = {}
    inbox = next((one.name for one in usable if one.name.upper() == "INBOX"), "")
    if inbox:
        found[INBOX] = inbox
    sent = next((one.name for one in usable if "\\sent" in _flags(one)), "") or _by_name(usable)
    if sent:
        found[SENT] = sent
    return found


def _flags(folder: FolderInfo) -> set[str]:
    return {flag.lower() for flag in folder.flags}


def _by_name(folders: list[FolderInfo]) -> str:
    """The last part of a name, however deep it stands ("INBOX.Sent", "[Gmail]/Gesendet")."""
    by_name = {_last_part(one).casefold(): one.name for one in reversed(folders)}
    return next((by_name[name] for name in SENT_NAMES if name in by_name), "")


def _last_part(folder: FolderInfo) -> str:
    return folder.name.rpartition(folder.delim)[2] if folder.delim else folder.name
