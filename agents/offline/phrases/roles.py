"""What people in each part of the house are asked and told. Data: n, ns the account, p the product.

DETAILS follow the opening of a first mail, ASKS end it, STALLED follows the opening of a follow-up.
The general ones are open to everybody. All of it is offered or asked, none of it is claimed.
"""

GENERAL_DETAILS: tuple[str, ...] = (
    "I don't know who decides this at {n}, so I'm asking before I send anything.",
    "If it isn't a subject at {n} right now, a short no is fine too.",
    "I haven't prepared anything yet, because I'd like to hear first what {n} would want from it.",
    "If someone else at {n} is closer to this, I'm happy to take it up there instead.",
    "There's no need for a long call; a line on where {n} stands tells me what to do next.",
    "I'd rather get a plain no from {n} now than send something nobody asked for.",
    "Nothing is fixed, and if {n} has other plans I'd like to hear about those instead.",
    "I'd sooner ask than send {n} a quotation that misses the point.",
)

DETAILS: dict[str, tuple[str, ...]] = {
    "procurement": (
        "If {n} needs a written quotation before anything moves, I'll prepare one and keep it "
        "short.",
        "I don't know whether an order at {n} starts with you or with the department that uses it, "
        "so tell me where to begin.",
        "If lead time matters most at {n}, I'd rather settle that before we talk about anything "
        "else.",
        "I'll put the quotation in whatever form {n} works with.",
        "If {n} would rather bundle it with another order, that's fine with me.",
        "Tell me what {n} needs on paper, and I'll put that together before anything else.",
    ),
    "finance": (
        "If it has to wait for next year's budget at {n}, that's fine; I'd just like to know which "
        "year to plan for.",
        "I'd rather give {n} one figure you can rely on than a range you have to ask me about.",
        "If a one-page case would help {n} to decide, I'll write it that way and leave out the "
        "rest.",
        "I don't know yet how {n} would approve it, and I don't want to start in the wrong place.",
        "If the spend fits one part of the year better than another at {n}, I'll plan around that.",
        "Before I send figures to {n}, I'd like to know who has to see them.",
    ),
    "it": (
        "If it has to fit in with what {n} already runs, I'd like to go through that with you "
        "before anyone talks about an order.",
        "You'd be the one living with it at {n}, so I'd rather hear your questions first than send "
        "you a data sheet.",
        "If a security review comes first at {n}, tell me what it asks for and I'll find the "
        "answers.",
        "I can't see from here what {n} already has in place, so I haven't put anything together.",
        "If finding a slot to install it is the hard part at {n}, let's start with the calendar.",
        "I'd rather know now if it clashes with something {n} is standardising on.",
    ),
    "operations": (
        "A change like this would land on your team at {n}, so I'd rather plan it with you than "
        "around you.",
        "If {n} has a quieter stretch coming up, that may be the moment; if not, it can wait.",
        "I'd like to know what a changeover would mean for the daily work at {n} before I suggest "
        "any dates.",
        "If more than one site at {n} is involved, we can start with whichever is easiest.",
        "I don't want to send {n} a proposal that reads well and then gets in everybody's way.",
        "If the people who'd use it at {n} should be asked first, tell me who they are.",
    ),
    "plant": (
        "If it means stopping anything at {n}, I'd like to plan that with you beforehand.",
        "You know the floor at {n} and I don't, so I'd rather start from your view than from mine.",
        "If a maintenance window at {n} is the right moment for it, we can work back from that.",
        "I'd want the shift teams at {n} to know about it before an order is placed.",
        "If space is tight at {n}, that's worth knowing before I draw anything up.",
        "If it would make more work than it saves at {n}, I'd rather hear that from you now.",
    ),
    "executive": (
        "If someone else at {n} looks after this, a name is all I need.",
        "I've kept this short; if it isn't a priority at {n} this year, just say so.",
        "If it belongs with one of your colleagues at {n}, I'm glad to take it up there.",
        "I'm not asking for a meeting, only where it would sit at {n}.",
        "If {n} has more pressing plans for the year, I'd rather step back than add to the pile.",
    ),
    "legal": (
        "I realise you wouldn't be the one to order it, but you may know who at {n} would.",
        "If the contract is what {n} looks at first, I'm glad to start there.",
        "If {n} needs its own terms for an order, it's better that I know before I quote.",
        "I don't mean to take this past you at {n}; a name on the buying side is all I need.",
    ),
    "regional": (
        "I don't know whether the need is in your region or elsewhere at {n}, so I thought I'd ask "
        "before I write it up.",
        "If your region decides for itself at {n}, we can settle it directly; if it goes through "
        "head office, point me there.",
        "If it only makes sense for some of your sites at {n}, I'd rather know which ones first.",
        "I'd like to hear what the teams in your region make of it before I approach anyone else "
        "at {n}.",
        "If there's a regional budget at {n}, I'll plan within that.",
    ),
    "analyst": (
        "If you put the comparison together at {n}, tell me what it has to contain and I'll send "
        "that.",
        "I'd rather send {n} the numbers you need than the ones I happen to have.",
        "If you're collecting requirements at {n}, I'd like to see them before I write anything.",
        "You may know better than most at {n} whether the need shows up in the figures.",
    ),
    "general": (),
}

GENERAL_ASKS: tuple[str, ...] = (
    "Is {p} something {n} would look at this [quarter|year], or is it too early?",
    "Would a short outline of {p} be of use to {n}, or should I hold it back for now?",
    "Where does {p} stand among {ns} plans for the coming months?",
    "Would {n} like to talk {p} through first, or see something in writing?",
    "Does {n} need {p} at the moment, or should I take it off my list?",
    "What would {n} want to know about {p} first?",
    "Shall I put together a proposal for {p}, or is {n} set up well enough without it?",
    "Is there a plan at {n} that {p} would belong to?",
    "Could you tell me whether {p} is a live topic at {n}?",
    "How would {n} go about deciding on {p}?",
    "Is {p} worth a conversation at {n}, or would you rather leave it?",
    "What would have to happen at {n} before {p} made sense?",
)

ASKS: dict[str, tuple[str, ...]] = {
    "procurement": (
        "Should I send {n} a quotation for {p}, or does the request have to come from a department "
        "first?",
        "Who at {n} would raise the request for {p}?",
        "What do you need from me before {p} can go through purchasing at {n}?",
        "Does {n} plan to buy {p} this [quarter|year], or is it too early for a quotation?",
        "Would {n} want {p} quoted on its own or together with something else?",
        "Is a quotation for {p} any use to {n} at this point?",
    ),
    "finance": (
        "Would {p} come out of this year's budget at {n} or next year's?",
        "Who signs off an order like {p} at {n}?",
        "What would you need to see before {n} could approve {p}?",
        "Is there room for {p} in {ns} budget as it stands?",
        "Should the figures for {p} come to you, or to the department at {n} that would use it?",
        "Does {p} need a business case at {n}, or is it small enough to go through without one?",
    ),
    "it": (
        "What would you want to check before {n} took on {p}?",
        "Does {p} fit with what {n} runs today, or would something else have to change first?",
        "Who at {n} would look after {p} once it's in?",
        "Which questions about {p} should I answer first for {n}?",
        "Is {p} on your team's list at {n} this year, or are you tied up with other things?",
        "Would {p} have to pass a review at {n} before anyone could order it?",
    ),
    "operations": (
        "When would be a sensible time for {n} to look at {p}?",
        "Which part of the operation at {n} would {p} be for?",
        "What would have to be in place at {n} before {p} made sense?",
        "Has your team at {n} asked for {p}, or would it be a new idea to them?",
        "Who in operations at {n} should be part of a conversation about {p}?",
        "Would {p} help your team at {n}, or is something else more urgent?",
    ),
    "plant": (
        "Where at {n} would {p} be used, if you took it on?",
        "Is there a shutdown or a maintenance window at {n} that {p} should wait for?",
        "Would {p} solve anything for your team at {n}, or is it the wrong thing?",
        "What would you want to see before {p} came onto the floor at {n}?",
        "Who on your team at {n} would work with {p}?",
    ),
    "executive": (
        "Who at {n} should I speak to about {p}?",
        "Is {p} worth a place on {ns} list this year?",
        "Should I take {p} up with someone on your team at {n}?",
        "Does {p} belong on your desk at {n}, or on somebody else's?",
        "Is this a year in which {n} would consider {p}?",
    ),
    "legal": (
        "Who at {n} would be the right person to talk to about {p}?",
        "Is there anything {n} needs in the terms before {p} can be discussed?",
        "Could you point me to whoever would order {p} at {n}?",
        "Which of your colleagues at {n} should hear about {p} first?",
    ),
    "regional": (
        "Would {p} be for your region, or for all of {n}?",
        "Do you decide on {p} in your region, or does that sit elsewhere at {n}?",
        "Which of your sites at {n} would {p} be for?",
        "Does your region need {p}, or should I be talking to someone else at {n}?",
        "Who else in your region at {n} would have a say in {p}?",
    ),
    "analyst": (
        "What data would {n} need to judge {p}?",
        "Are you involved when {n} decides on something like {p}, or should I ask someone else?",
        "Which figures on {p} would help you most at {n}?",
        "How would you measure whether {p} is worth it for {n}?",
    ),
    "general": (),
}

GENERAL_STALLED: tuple[str, ...] = (
    "If it has dropped down the list at {n}, that's fine; I'd just like to know.",
    "If {n} is waiting for something from me, I've missed it, so please tell me what.",
    "It may simply not be the right moment at {n}, and that would be fine.",
    "If the decision has moved to someone else at {n}, I'm happy to pick it up there.",
    "You don't owe me a reason; a word on where {n} stands is enough.",
    "If {n} has decided against it, I'd rather hear that than keep asking.",
    "If plans at {n} have changed since, I'd like to catch up before I suggest anything.",
)

STALLED: dict[str, tuple[str, ...]] = {
    "procurement": (
        "If it's stuck in approval at {n}, tell me what's missing and I'll get it to you.",
        "If {n} is comparing quotations, I'm glad to answer whatever is still open on ours.",
        "If the request never reached purchasing at {n}, that would explain the silence.",
    ),
    "finance": (
        "If it's waiting for budget at {n}, a rough date is enough for me.",
        "If the figures for {n} need to be laid out differently, tell me how.",
        "If it has moved into next year's plan at {n}, I'll move with it.",
    ),
    "it": (
        "If a technical question is holding it up at {n}, put it to me and I'll find the answer.",
        "If your team at {n} has its hands full, we can move this to a quieter month.",
        "If it doesn't fit what {n} runs today, it's better that I know.",
    ),
    "operations": (
        "If the timing doesn't suit your team at {n}, we can move it.",
        "If the changeover is what worries people at {n}, I'd like to talk about that part first.",
        "If it's waiting for another project at {n} to finish, I'll wait with it.",
    ),
    "plant": (
        "If it can't be done without stopping something at {n}, let's talk about when that hurts "
        "least.",
        "If the shift teams at {n} have doubts, I'd like to hear them.",
        "If it has to wait for the next maintenance window at {n}, I'll plan for that.",
    ),
    "executive": (
        "If you've handed it to someone at {n}, a name is all I need.",
        "If it's no longer a priority at {n}, a one-word answer will do.",
    ),
    "legal": (
        "If it's with you at {n} for review, I'm glad to answer what is open.",
        "If a clause is the sticking point at {n}, tell me which one.",
    ),
    "regional": (
        "If it's waiting for head office, tell me who at {n} has it.",
        "If your region at {n} has other needs first, I'd like to hear about those.",
    ),
    "analyst": (
        "If a figure is missing from your comparison at {n}, tell me which and I'll look it up.",
        "If you've passed it on at {n}, I'd be glad to know to whom.",
    ),
    "general": (),
}


def details(area: str) -> tuple[str, ...]:
    return DETAILS[area] * 2 + GENERAL_DETAILS


def asks(area: str) -> tuple[str, ...]:
    return ASKS[area] * 2 + GENERAL_ASKS


def stalled(area: str) -> tuple[str, ...]:
    return STALLED[area] * 2 + GENERAL_STALLED
