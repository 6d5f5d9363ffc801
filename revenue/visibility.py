"""What a reader can see of a text: characters that nobody sees do not come in.

Zero-width and bidirectional controls, tag characters and the like make a text read differently to
a person and to a model; they are taken out at every door. Pure.
"""

import re

# Controls but TAB, LF and CR; format characters; fillers; variation selectors; surrogates; tags.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINER, _SELECTOR = "\u200d", "\ufe0f"
_JOINERS = f"\u200c{_JOINER}\ufe0e{_SELECTOR}"  # they shape letters of some scripts, and emoji
_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85"  # what `splitlines` takes for the end of a line
_SHAPED = "\u0600"  # no script before it knows joiners
_TAGS = {0xE0000 + code: code for code in range(0x20, 0x7F)}


def visible(text: str) -> str:
    """The text without characters that nobody sees; joiners stay where a script needs them."""
    return _INVISIBLE.sub(_kept, text)


def _kept(found: re.Match[str]) -> str:
    char, text, at = found[0], found.string, found.start()
    if char in _BREAKS:
        return "\n"
    if char not in _JOINERS or at == 0:
        return ""
    before = text[at - 1]
    if before == _SELECTOR and char == _JOINER:  # of an emoji that is joined to the next
        before = text[at - 2 : at - 1]
    return char if before >= _SHAPED and not _INVISIBLE.match(before) else ""


def uncovered(text: str) -> str:
    """The text with what tag characters spell out: some models read it, no person does."""
    return text.translate(_TAGS)
