"""What a text refuses and what it promises: negations and commitment words, by their sense."""

import re

from review.edits.reading import GONE, Reading, Rule

# "Are you free on Tuesday?" and "feel free" promise nothing.
AVAILABLE = "".join(
    rf"(?<!{words} )"
    for words in ("feel", "are you", "you are", "you're", "i am", "i'm", "we are", "we're")
)
COMMITMENTS = {
    "free": rf"free of charge|{AVAILABLE}free(?! time)|complimentary"
    r"|(?:(?:at|for|with) )?no (?:extra |additional )?(?:cost|charge)",
    "discount": r"discount\w*|rebates?|vouchers?|coupons?",
    "guarantee": r"guarant\w+|warrant(?:y|ies|s|ed)",
    "assure": r"assur(?:e|es|ed|ing|ances?)|ensur(?:e|es|ed|ing)",
    "waive": r"waiv\w+",
    "promise": r"promis(?:e|es|ed|ing)",
    "refund": r"refund\w*|money[- ]back|reimburs\w+|credit(?:s|ed)?",
    "commit": r"commit(?:s|ted|ting|ments?)?",
    "always": r"always",
    "included": r"include[sd]?|inclusive",
    "unlimited": r"unlimited|unrestricted",
    "exclusive": r"exclusiv\w+",
    "binding": r"binding|legally|contractual\w*",
    "penalty": r"penalt\w+|late fees?",
    "liable": r"liab\w+|indemni\w+",
    "obliged": r"oblig\w+",
    "entitled": r"entitle\w*",
    "cancel": r"cancel\w*|terminat\w+",
    "renew_itself": r"auto(?:matically)?[- ]?renew\w*",
    "forever": r"forever|lifetime|perpetual\w*|indefinitely",
    "at_once": r"immediate(?:ly)?|instant(?:ly)?",
    "up_to": rf"up to(?= {GONE})",
    "at_least": r"at least|minimum|no (?:less|fewer) than",
    "at_most": r"at most|maximum|no more than",
    "lowest": r"lowest|cheapest|best price",
    "certified": r"certifi\w+|complian\w+|accredited",
}
NEGATIONS = {
    "not": r"not|cannot|[a-z]{1,8}n't"
    r"|(?:do|does|did|is|are|was|were|ca|wo|could|would|should|have|has)nt",
    "no": r"no",
    "none": r"none|nobody|nothing|nowhere",
    "never": r"never",
    "neither": r"neither|nor",
    "without": r"without",
    "unable": r"unable",
    "hardly": r"hardly|barely",
    "unless": r"unless|except|excluding",
}


def _rule(kind: str, senses: dict[str, str]) -> Rule:
    either = "|".join(rf"(?P<{sense}>{words})" for sense, words in senses.items())
    return re.compile(rf"\b(?:{either})\b", re.IGNORECASE), lambda match: _sense(kind, match)


def _sense(kind: str, match: re.Match[str]) -> Reading:
    return kind, str(match.lastgroup)


# Commitments first: the "no" of "no charge" is part of the promise.
RULES: list[Rule] = [_rule("commitment", COMMITMENTS), _rule("negation", NEGATIONS)]
