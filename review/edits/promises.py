"""What a text refuses and what it promises: negations and commitment words, by their sense."""

import re

from review.edits.reading import GONE, Reading, Rule

# "Are you free on Tuesday?" and "feel free" promise nothing.
AVAILABLE = "".join(
    rf"(?<!{words} )"
    for words in ("feel", "are you", "you are", "you're", "i am", "i'm", "we are", "we're")
)
COST = "(?:charge|cost|expense|fee)s?"
PAID = f"(?:{COST}|(?:bid|bill|deal|invoice|offer|price|quot(?:e|ation)|rate|total)s?)"
COMMITMENTS = {
    # "It frees up time", and "it costs you nothing to say no", promise nothing either.
    "free": rf"free of charge|{AVAILABLE}free(?! time| up (?!to))|complimentary|gratis|on the house"
    rf"|(?:(?:at|for|with) )?(?:no|without) (?:any |extra |additional |hidden )*{COST}"
    rf"|at our (?:own )?(?:risk|{COST})|(?:is|are|be|'s|'re) (?:all )?on us(?! to)"
    r"|costs? (?:\w+ ){0,3}nothing(?! to (?:answer|ask|decline|look|reply|say|talk))"
    r"|(?:not|n't) cost (?:\w+ ){0,3}(?:anything|a (?:cent|dime|penny|thing))"
    r"|nothing to pay|pay nothing|no strings attached",
    "discount": r"discount\w*|rebates?|vouchers?|coupons?|knock\w* (?:\S+ ){0,4}off"
    rf"|(?:cut|shav|slash|tak|took)\w* (?:\S+ ){{1,4}}off (?:our|the|that|your) {PAID}"
    rf"|(?:lower|reduced|special) {PAID}",
    "guarantee": r"guarant\w+|warrant(?:y|ies|s|ed)|risk[- ]free",
    "assure": r"assur(?:e|es|ed|ing|ances?)|ensur(?:e|es|ed|ing)"
    r"|can (?:always )?(?:count|depend|rely) on (?:it|me|that|us)",
    "waive": r"waiv\w+",
    "promise": r"promis(?:e|es|ed|ing)|pledg\w+|(?:my|our) word",
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
    "lowest": r"lowest|cheapest|best (?:price|rate)s?|price[- ]match\w*"
    rf"|(?:beat|match|undercut)\w* (?:any|every|their|your) (?:\w+ ){{0,2}}{PAID}",
    # "The compliance review" is a date in somebody's year.
    "certified": r"certifi\w+|accredited|compl(?:iant|ies|y)"
    r"|in (?:full )?compliance|compliance with",
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
