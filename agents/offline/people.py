"""Who is who: which contact to write to, what that role cares about, how to greet a person."""

import re
from typing import Any

Row = dict[str, Any]

BUYING_ROLES = {"champion": 40, "evaluator": 30, "economic buyer": 20, "user": 10, "blocker": -40}
# A title that decides or uses purchases of this kind outweighs a step between two buying roles.
AREA_POINTS = {
    "procurement": 9,
    "it": 8,
    "operations": 8,
    "plant": 8,
    "regional": 6,
    "finance": 4,
    "analyst": 2,
    "executive": -5,
    "legal": -15,
}
AREAS = (
    ("legal", r"\b(counsel|legal|compliance|attorney)\b"),
    ("executive", r"\b(chief|ceo|cfo|coo|cto|president|founder|owner|managing director)\b"),
    ("procurement", r"\b(procurement|purchasing|buyer|sourcing|supply)\b"),
    ("finance", r"\b(finance|financial|controller|accounting|treasurer)\b"),
    ("it", r"\b(it|information technology|systems|infrastructure|network)\b"),
    ("plant", r"\b(plant|production|factory|maintenance|site)\b"),
    ("analyst", r"\b(analyst|analytics|data)\b"),
    ("regional", r"\b(regional|area|country|branch)\b"),
    ("operations", r"\b(operations|operating|logistics|facilities|service)\b"),
)
NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+){0,5}\.?")
TITLE = re.compile(r"[^\W\d_][\w ,&/'-]{1,50}")
MOST_WORDS = 3


def first_name(contact: Row) -> str:
    """The name to greet with; empty when what stands there is not a person's first name."""
    name = " ".join(str(contact.get("first_name") or "").split())
    fits = len(name.split()) <= MOST_WORDS and len(name) <= 40 and NAME.fullmatch(name)
    return name if fits else ""


def full_name(contact: Row) -> str:
    last = " ".join(str(contact.get("last_name") or "").split())
    first = first_name(contact)
    return f"{first} {last}".strip() if first and NAME.fullmatch(last or "x") else first


def title(contact: Row) -> str:
    text = " ".join(str(contact.get("title") or "").split())
    return text if TITLE.fullmatch(text) and len(text.split()) <= 6 else ""


def area(contact: Row) -> str:
    """The part of the house that a title belongs to; empty when it says nothing."""
    wanted = title(contact).lower()
    return next((name for name, pattern in AREAS if re.search(pattern, wanted)), "")


def writable(contact: Row) -> bool:
    return contact.get("writable") is not False


def sensitive(contact: Row) -> bool:
    return bool(contact.get("sensitive"))


def buying_role(contact: Row) -> str:
    return str(contact.get("buying_role") or "").strip().lower().replace("_", " ")


def ranked(contacts: list[Row]) -> list[Row]:
    """Those who may be written to, best first; a sensitive person comes after all others."""
    return sorted(filter(writable, contacts), key=_rank)


def _rank(contact: Row) -> tuple[bool, int, bool, str]:
    points = BUYING_ROLES.get(buying_role(contact), 0) + AREA_POINTS.get(area(contact), 0)
    return sensitive(contact), -points, not first_name(contact), str(contact.get("id"))
