"""What an answer reads as, in words for a person; shown in the inbox and on an account."""

WORDS = {
    "bounce_hard": "mail came back",
    "bounce_soft": "not delivered yet",
    "hostile_legal": "legal or hostile",
    "unclassified": "",
}


def read_as(label: str) -> str:
    """Nothing where nobody can say."""
    return WORDS.get(label, label.replace("_", " "))
