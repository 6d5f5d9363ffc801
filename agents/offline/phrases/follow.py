"""Mails about an open deal gone silent: the follow-up, and the last one before it is closed.

Data as in `first`, and engaged_when, engaged_since (when the deal was taken up), mailed_when.
"""

FOLLOW_UP: dict[str, tuple[str, ...]] = {
    "opening_engaged": (
        "We started on {p} for {n} {engaged_when}, and I haven't heard from you since.",
        "We began talking about {p} for {n} {engaged_when}, and then it went quiet.",
        "{p} for {n} has been open since {engaged_since}, and I don't know where it stands with "
        "you.",
        "I'm coming back to {p}, which {n} and I took up {engaged_when}.",
        "It's been quiet since we took up {p} for {n} {engaged_when}.",
        "Going through what's still open, I came to {p} for {n}, started {engaged_when}.",
        "I don't want {p} to fade away: {n} took it up with us {engaged_when}, and there's been no "
        "decision either way.",
        "Picking up where {n} and I left off {engaged_when}: it was about {p}.",
        "I owe {n} a follow-up on {p}, which we started {engaged_when}.",
        "When we took up {p} {engaged_when}, I expected to hear more from {n} by now.",
        "{n} and I have had {p} on the table since {engaged_since}, without a yes or a no.",
        "A short follow-up on {p}, open for {n} since {engaged_since}.",
    ),
    "opening_mailed": (
        "I wrote to you {mailed_when} about {p} for {n} and haven't had an answer, which is fine.",
        "My mail {mailed_when} about {p} may have reached {n} at a bad moment.",
        "Coming back to my mail {mailed_when}: I'd still like to talk about {p} for {n}.",
        "A short follow-up to my mail {mailed_when}, on {p} for {n}.",
        "You'll have seen my mail {mailed_when} about {p}, or perhaps not, so here is {n} and {p} "
        "once more.",
        "Since I wrote {mailed_when} I've kept {p} open for {n}.",
    ),
    "opening_plain": (
        "It's gone quiet around {p} at {n}, and I'd like to know where it stands.",
        "{p} for {n} is still open on my side, and I haven't heard from you about it.",
        "I'm coming back to {p}, which is still open for {n}.",
        "I have {p} open for {n} and no word yet on which way it's going.",
        "I'd like to bring {p} for {n} to a yes or a no.",
        "I don't want {p} for {n} to end in silence, so here's a short follow-up.",
        "A short follow-up on {p}, which is still open for {n} on my side.",
        "Going through what's still open, I came to {p} for {n}.",
    ),
    "detail_orders": (
        "As {n} ordered {past} {past_when}, I don't think it's about us, but tell me if it is.",
        "{n} bought {past} {past_when}, so you know how we work, and a blunt answer is fine.",
        "We got {past} done for {n} {past_when}, so I expect there's a good reason for the pause.",
        "{n} and I got {past} settled {past_when}, so this can't be for lack of goodwill.",
    ),
    "detail_again": (
        "You ordered {p} for {n} {again_when}, so I take it the product isn't the question.",
        "{n} bought {p} {again_when}, so I assume it's the timing this time.",
    ),
    "ask": (
        "Is {p} still alive at {n}, or should I close it?",
        "Has anything changed at {n}, or is {p} just waiting for a decision?",
        "What would {n} need from me to take {p} further?",
        "Is there a better time to come back to {n} about {p}?",
        "Should I keep {p} open for {n}, or park it until you come back to me?",
        "Who at {n} has {p} now?",
        "Did {p} drop off the list at {n}, or has other work got in the way?",
        "Would it help to talk {p} through again, or has {n} gone another way?",
        "Where does {p} stand at {n} today?",
        "Is a decision on {p} still likely at {n} this year?",
        "Can you give me a plain yes or no on {p} for {n}, or is it too soon?",
        "What's the next step on {p} at {n}, if there is one?",
        "Does {n} still need {p}?",
        "Should I come back to {n} about {p} next month instead?",
        "Is there anything about {p} that {n} still needs from me?",
    ),
    "subject": (
        "{p} for {n}: still open?",
        "Where {p} stands at {n}",
        "{p}, open since {engaged_since}",
        "{n}: coming back to {p}",
        "Following up on {p} for {n}",
        "{p} at {n}, yes or no",
        "Picking up {p} for {n}",
        "{p} for {n}: what's missing?",
        "{n} and {p}",
    ),
}

BREAKUP: dict[str, tuple[str, ...]] = {
    "opening": (
        "I haven't been able to reach you about {p}, so I take it that it isn't a priority at {n} "
        "right now.",
        "Unless I hear otherwise, I'll close {p} for {n} on my side.",
        "{p} for {n} has been open since {engaged_since} without an answer, and I don't want to "
        "keep writing about it.",
        "I'd like to stop taking up your time with {p}, so this is my last mail about it for {n}.",
        "I have {p} open for {n}, and without a word from you I'm going to close it.",
        "We took up {p} for {n} {engaged_when}; as there's been no reply, I'm going to let it "
        "rest.",
        "It looks as if {p} has no place at {n} at the moment, and that's fine.",
        "No answer is an answer too, so I'm about to close {p} for {n}.",
        "I've had {p} open for {n} for a while, and I think it's time to close it.",
    ),
    "detail_orders": (
        "It has nothing to do with {past}, which {n} ordered {past_when}, and you can come back to "
        "it whenever you like.",
        "{n} knows us from {past} {past_when}, so you know where to find me if it comes up again.",
        "The {past} order {past_when} stands on its own, and {n} can pick this up at any time.",
    ),
    "detail_stalled": (
        "Closing it changes nothing for {n}: a line from you and I'll open it again.",
        "If {worry} got in the way at {n}, we can look at it again afterwards.",
        "No hard feelings, and if things change at {n} you know where to find me.",
        "If the need comes back at {n}, we can pick it up where we left it.",
        "I'd rather keep my list for {n} honest than hopeful.",
        "If I've simply caught {n} at a busy time, tell me and I'll leave it open.",
        "Should someone else at {n} have taken it on, I'd be glad to know.",
    ),
    "ask": (
        "Shall I close it, or is there a month when {n} would want to look at {p} again?",
        "Is that right, or should {p} stay open for {n}?",
        "Before I do, is there anyone else at {n} who should hear about {p}?",
        "Would you rather I came back to {n} about {p} next year?",
        "Am I reading it correctly that {n} doesn't need {p}?",
        "Is there anything {n} would still want to know about {p} before I close it?",
        "Should {n} hear from me again about {p}, or not at all?",
        "Was {p} the wrong thing for {n}, or only the wrong moment?",
        "Can I take {p} off the list for {n}?",
    ),
    "subject": (
        "Closing {p} for {n}",
        "{p} for {n}: my last mail",
        "{n}: shall I close {p}?",
        "Taking {p} off my list for {n}",
        "{p} at {n}",
        "{p} for {n}, before I close it",
    ),
}
