"""An edit as a wish for later drafts, in plain words: what was replaced, left out and added.

A first version for the rep to correct, so it names at most three changes, and says of a text that
became much shorter just that.
"""

from review import worddiff

CHANGES = 3
LONGEST = 60
SHORTER = 0.7
END = worddiff.Span("same", " ")


def suggested(before: str, after: str) -> str:
    """ "" when nothing was changed."""
    words, left = len(before.split()), len(after.split())
    if words and left < words * SHORTER:
        return f"Write at most {left} words."
    return " ".join(_changes(worddiff.diff(before, after))[:CHANGES])


def _changes(spans: list[worddiff.Span]) -> list[str]:
    found, gone = [], ""
    for span in [*spans, END]:
        text = _quoted(span.text)
        if span.op == "ins" and text:
            found.append(f"Write {text} instead of {gone}." if gone else f"Add {text}.")
        elif gone:
            found.append(f"Leave out {gone}.")
        gone = text if span.op == "del" else ""
    return found


def _quoted(text: str) -> str:
    """ "" for mere marks and white space."""
    words = " ".join(text.split())
    short = words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]}…"
    return f"“{short.strip(' ,;.')}”" if worddiff.WORD.search(short) else ""
