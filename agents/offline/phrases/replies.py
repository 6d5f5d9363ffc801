"""Answers to a buyer's mail, by what the mail asks for.

Data as in `first`, and topic (what a question is about), price, claim, matter (the product, or
“this”). The buyer's words are never quoted: they are named by their kind.
"""

INTERESTED: dict[str, tuple[str, ...]] = {
    "opening": (
        "Thank you for coming back to me; good to know that {matter} is of interest at {n}.",
        "Thanks for the reply, I'll take {matter} further for {n}.",
        "That helps, thank you: now I know {n} wants to look at {matter}.",
        "Good to hear from you, and I'm glad {matter} is worth a look for {n}.",
        "Thank you for your reply, and for telling me that {n} wants to go on.",
    ),
    "detail": (
        "Before I put anything in writing for {n}, I'd like to get the essentials right, so that "
        "you don't have to correct them.",
        "I'll prepare an outline for {n}, and you can tell me what's missing.",
        "You ordered {past} for {n} {past_when}, so I can keep the paperwork short.",
        "I'd like to make this easy for {n}, so I'll start with what you need to decide and "
        "leave out the rest.",
    ),
    "ask": (
        "Would {n} rather have it in writing first, or shall we talk it through?",
        "How soon does {n} want to decide?",
        "Who else at {n} should be part of the conversation?",
        "What should the outline for {n} answer first?",
        "When would {n} like to have {matter} in place?",
        "Is there a date at {n} that we should work back from?",
    ),
}

PRICE: dict[str, tuple[str, ...]] = {
    "opening": (
        "Thank you for asking about the price for {n}: {p} has a list price of {price}.",
        "On the price question from {n}, the list price of {p} is {price}.",
        "To answer {ns} question about price first: {p} is listed at {price}.",
        "You asked what {p} would cost {n}, and the list price is {price}.",
    ),
    "detail": (
        "That's the list price and not yet an offer; the figure for {n} I'd put in writing once I "
        "know what you need.",
        "I'd rather give {n} an exact figure in a proposal than an estimate in a mail.",
        "What {n} would pay in the end belongs in a proposal, and I won't guess at it here.",
        "To turn that into an offer for {n}, I need to know a little more.",
    ),
    "ask": (
        "How many would {n} need?",
        "What quantity of {p} should I put into the proposal for {n}?",
        "Is {n} thinking of a single order of {p} or of several over time?",
        "When would {n} want to place the order?",
    ),
}

QUESTION: dict[str, tuple[str, ...]] = {
    "opening": (
        "Thank you for your question about {topic} at {n}.",
        "Thank you for coming back to me from {n} and asking about {topic}.",
        "You asked about {topic}, which is a fair question for {n} to raise.",
        "Thanks for the reply; I can see that {topic} matters at {n}.",
    ),
    "detail": ("{known}", "{unknown}"),
    "known": (
        "What I can confirm to {n} today is this: {claim}; anything beyond that I'll check first.",
        "For {n} I can say this much with certainty: {claim}, and I'll check the rest.",
    ),
    "unknown": (
        "I don't have a confirmed answer for {n} in front of me, so I'll check rather than guess, "
        "and come back to you.",
        "I'd rather check that than give {n} an answer I have to correct later.",
        "That needs a check on my side before I put it in writing to {n}.",
        "I can't answer that for {n} off the cuff, so I'll find out and write again.",
        "To give {n} a reliable answer I have to ask a colleague first.",
    ),
    "ask": (
        "So that I ask the right thing, what does {n} want to use {matter} for?",
        "Is there a date by which {n} needs the answer?",
        "Is that the point on which {matter} depends at {n}, or one of several?",
        "What else would {n} need to know about {matter} at the same time?",
        "Who at {n} should I copy when I come back with the answer?",
    ),
}

MEETING: dict[str, tuple[str, ...]] = {
    "opening": (
        "Thank you, I'd be glad to talk about {matter} with you and {n}.",
        "A call works well for me, and {matter} for {n} is easier to discuss that way.",
        "Yes, let's talk; {matter} for {n} is worth a conversation.",
        "Thank you for suggesting a call, I'm happy to go through {matter} for {n} with you.",
        "Gladly, a conversation is the quickest way to get {matter} sorted out for {n}.",
    ),
    "detail": (
        "If there's something {n} wants covered, send me a line beforehand and I'll come prepared.",
        "I suggest we start with what {n} needs and leave the product for the second half.",
        "I'll have {ns} earlier orders at hand, {past} {past_when} among them, so we needn't "
        "start from the beginning.",
        "Anyone else from {n} who has a view on it is welcome to join.",
    ),
    "ask": (
        "Which days suit you at {n}, and is morning or afternoon better?",
        "When would be a good time for {n}, in your time zone?",
        "What day and time would suit you and {n} best?",
        "Which times are free on your side at {n} this week or next?",
        "Could you name a few times that suit {n}?",
    ),
}

NOT_NOW: dict[str, tuple[str, ...]] = {
    "opening": (
        "Understood, and thank you for telling me; {matter} can wait at {n}.",
        "Thank you for the plain answer, I'll leave {matter} alone at {n} for now.",
        "That's good to know, and I won't press {n} on {matter}.",
        "Fair enough, then {matter} rests on my side until it suits {n}.",
        "Thank you, a clear not-yet from {n} is more use to me than silence.",
    ),
    "detail": (
        "I'll keep what I have for {n} on file, so that nothing has to be explained twice.",
        "There won't be any further mail to {n} about it before then.",
        "I'll make a note for {n} and stay out of your way until then.",
        "If things move faster at {n} than you expect, just write.",
    ),
    "ask": (
        "When would be a sensible time to come back to {n}?",
        "Which month should I note for {n}?",
        "Is there a date after which {n} would want to hear from me?",
        "Should I come back to {n} later this year or next year?",
    ),
}

REFERRAL: dict[str, tuple[str, ...]] = {
    "opening": (
        "Thank you for pointing me to the right person at {n}.",
        "That's a help, thank you; I wasn't sure who looks after this at {n}.",
        "Thank you, then I'll take {matter} up with your colleague at {n}.",
    ),
    "detail": (
        "I'll keep it short and say where {matter} stands for {n}, so that you needn't pass "
        "anything on.",
        "You won't get any further mail from me about {matter} unless {n} wants you to.",
    ),
    "ask": (
        "May I say at {n} that you sent me?",
        "Would you like to stay in copy when I write to your colleague at {n}?",
        "Is there anything your colleague at {n} should know about {matter} beforehand?",
    ),
}

OBJECTION: dict[str, tuple[str, ...]] = {
    "opening": (
        "Thank you for saying it plainly; it's good to know what speaks against it at {n}.",
        "I take the point, and I'm not going to argue {n} out of it.",
        "Thank you for the open answer, it's more use to me than a polite one from {n}.",
    ),
    "detail": (
        "Before I answer, I'd like to be sure I understand it properly for {n}.",
        "I want to look at what {n} has told me before I say anything more about {matter}.",
        "Some of this I have to check for {n} on my side first.",
    ),
    "ask": (
        "What would have to be different for {n} to look at it again?",
        "Is that the only point for {n}, or one of several?",
        "Which part of it weighs most at {n}?",
    ),
}

UNCLEAR: dict[str, tuple[str, ...]] = {
    "opening": (
        "Thank you for your mail, I want to be sure I understand what {n} needs.",
        "Thank you for writing back from {n} about {matter}.",
        "Thank you for getting in touch from {n}; I'd like to answer properly.",
    ),
    "detail": (
        "I'll look into it for {n} and come back to you with something definite.",
        "Before I answer and get it wrong for {n}, I'd rather ask.",
        "So that I do the right thing for {n}, I have a question back.",
    ),
    "ask": (
        "What would be the most useful next step for {n}?",
        "What would {n} like me to do next about {matter}?",
        "Is there something in particular about {matter} that {n} wants answered first?",
    ),
}

SUBJECTS: tuple[str, ...] = ("{p} for {n}: your mail", "Your mail about {p}, {n}", "{n}: your mail")

# What a question is about: the words that show it, and how to name it back.
TOPICS: tuple[tuple[str, str], ...] = (
    (r"\b(deliver\w*|ship\w*|lead time|arrive\w*)\b", "delivery"),
    (r"\b(in stock|availab\w*)\b", "availability"),
    (r"\b(warrant\w*|guarantee\w*|repair\w*)\b", "the warranty"),
    (r"\b(support|service|maintenance|sla)\b", "support"),
    (r"\b(install\w*|set.?up|implement\w*|roll.?out|migrat\w*)\b", "the installation"),
    (r"\b(integrat\w*|compatib\w*|works? with|api|interface)\b", "how it fits with what you have"),
    (r"\b(secur\w*|gdpr|privacy|certif\w*|iso)\b", "security"),
    (r"\b(train\w*|onboard\w*)\b", "training"),
    (r"\b(contract|terms|invoice|payment|purchase order)\b", "the terms"),
    (r"\b(spec\w*|dimension\w*|size|weight|capacit\w*|performance|feature\w*)\b",
     "the specification"),
    (r"\b(differ\w*|compare\w*|versus|vs)\b", "the differences"),
)  # fmt: skip
