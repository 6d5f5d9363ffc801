"""Does a text read like an order to an agent? Deterministic, in five languages.

Not every such text is found: what a model can bring about is bounded whatever it reads. This shows
a person what was tried. Pure; called by `receive` for a mail, by `agents.packets` for what a model
is about to read.
"""

import base64
import re
from functools import lru_cache

from revenue import visibility
from revenue.inbound import lexicon, wording

WORDS = lexicon.load("instructions.txt")
LONGEST = 40_000  # characters that are looked at, from each end
SHORTEST = 12
SHOWN = 100
# An expression is dear and a stem is cheap: a section is tried where one of its stems stands.
STEMS = {
    "orders to forget": (
        "ignor|disregard|forget|overrid|overrul|bypass|attention|stop follow|not follow|instruc"
        "|prompt|directive|task|missacht|vergiss|vergess|ubergeh|uebergeh|verwirf|verwerf|befolg"
        "|setz|oubli|neglig|abstraction|compte|suis|suivez|respect|outrepass|contourn|olvid|descart"
        "|omit|desatiend|salta|caso|siga|esque|desconsider|desobed|obedec"
    ),
    "talk about prompts": (
        "prompt|mode|modus|modo|jailbreak|your |anweisung|instruktion|systeme|sistema"
    ),
    "orders to an agent": (
        " ai| a.i| ki| k.i| ia| i.a| llm|assist|asist|agent| bot|modo|mode|copilot|writer|system"
        "|sistema|crawler|summari|pipeline|machin|maschin|automat|schreib|robo|admin|root|developer"
        "|unrestrict|uncensor|jailbr|approver|intelli|inteli|language| dan |you are|regeln|regles"
        "|libre| eres|voce|passa| ki:| ki :"
    ),
    "orders to let something through": (
        "approv|konfid|confian|countersign|reviewed|trust|verified|internal|promoted|auto|without"
        "|skip|bypass|disable|switch|turn off|no need|confidence|risk|decision|output|verdict|lane"
        "|taint|suppress|body_|state_|missing_|context_|contact_|deal_|personalisation_"
        "|\":|\" :|':|' :|genehmig|freig|freizugeb|bewillig| gib|geb|ohne |uberspring|umgeh"
        "|approuv|valid|autoris|autoriz| sans | sin | sem |aprueb|aprob|libere|aprov"
    ),
    "orders to hand out": (
        "account|customer|client|contact|deal|lead|buyer|prospect|record|crm|database|pipeline"
        "|address|history|context|key|password|credential|token|variable|draft|outgoing|next mail"
        "|answer|correspond|follow|prompt|conversation|thread|cc |bcc|cc:|recipient|addressee"
        "|to field|reply-to|sender|kunde|konten|kontakt|zugang|passw|preise|abschl|compte|tarif"
        "|mots|contrat|cuenta|conta|contrasen|senha|precios|precos"
    ),
    "marks of a conversation with a model": (
        "<|[|##|data:|onload|onerror|system|assistant|developer|begin|end|start|tool|function|_mail|_email|_lane"
        "|_recipient|_item|_code|http_|fetch_"
    ),
}  # fmt: skip
NEEDS = {section: tuple(stems.split("|")) for section, stems in STEMS.items()}
BLOB = re.compile(r"(?<![\w/=.%&?+-])[A-Za-z0-9+/]{40,}={0,2}(?![\w/=.%&?+-])")


@lru_cache(maxsize=512)  # a packet is looked at before it is asked and when it is answered
def found_in(text: str) -> str:
    """The words that read like an order, as a person may be shown them; "" where none do."""
    if len(text) < SHORTEST:
        return ""
    if len(text) > 2 * LONGEST:
        text = f"{text[:LONGEST]}\n{text[-LONGEST:]}"
    plain = _folded(text)
    return _ordered(plain) or _hidden(text) or _encoded(text)


def warning(text: str) -> str:
    """What is said beside such a text; "" for any other."""
    words = found_in(text)
    return f"It reads like an order to an agent: “{words}”." if words else ""


def _folded(text: str) -> str:
    plain = text if text.isascii() else wording.folded(visibility.visible(text))
    return f" {' '.join(plain.casefold().split())} "


def _ordered(plain: str) -> str:
    for section, pattern in WORDS.items():
        if any(stem in plain for stem in NEEDS[section]):
            match = pattern.search(plain)
            if match:
                return match[0].strip()[:SHOWN]
    return ""


def _hidden(text: str) -> str:
    """Spelt in tag characters, which no person sees."""
    spelt = visibility.uncovered(text)
    return _ordered(_folded(spelt)) if spelt != text else ""


def _encoded(text: str) -> str:
    """Sentences in base64: nobody writes to a seller in it."""
    for match in BLOB.finditer(text):
        blob = match[0].rstrip("=")
        try:
            said = base64.b64decode(blob + "=" * (-len(blob) % 4)).decode()
        except ValueError:
            continue
        if said.isprintable() and said.count(" ") > 3:
            return f"{blob[:20]}…, which says: {said}"[:SHOWN]
    return ""
