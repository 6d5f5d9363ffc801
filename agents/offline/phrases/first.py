"""A first mail to somebody at an account that has an open deal.

Data: n, ns account and its possessive · p the deal's product · past, past2 earlier orders of other
products, again one of the same; each with _when (“back in March 2017”), _then (“in March 2017”),
and _on (“on 14 November”) if it is recent; both_when if they fall together, ago if long past ·
worry · fact or note · claim. Every sentence carries the account's name or two orders with their
days, so that no two accounts share one.
"""

PHRASES: dict[str, tuple[str, ...]] = {
    # --- opening on earlier orders, with the account's name
    "opening_past": ("{past_order}{next}.", "{past_order}{next}.", "{past_long_ago}{next}."),
    "past_order": (
        "{n} ordered {orders}",
        "{n} bought {orders}",
        "You ordered {past} for {n} {past_when}",
        "{n} took {orders}",
        "{n} ordered {past} from us {past_when}",
        "I see that {n} ordered {orders}",
        "We had {ns} order for {past} {past_when}",
        "From {n} we had an order for {past} {past_when}",
    ),
    "orders": (
        "{past} {past_when}",
        "{past2} and {past}, both {both_when}",
        "{past2} {past2_when} and {past} {past_then}",
    ),
    "past_long_ago": (
        "It's a while since {n} ordered {past}, {ago}",
        "A good while has passed since {n} ordered {past} {ago}",
        "{ns} order for {past} goes {ago_back}",
        "It was {ago} that {n} ordered {past}",
    ),
    "next": (
        ", and I'd like to talk about {p} next",
        ", and {p} is the next thing I'd like to go through with you",
        ", so I'm getting in touch about {p}",
        ", and I'm writing about a possible order for {p}",
        ", and I have {p} open for you as a next step",
        ", and now we have {p} open for you as well",
        ", and I'm wondering whether {p} should follow",
        ", and there may be a case for {p} too",
        ", and I'd like to find out whether {p} makes sense as well",
        ", and I have a question about {p}",
    ),
    # --- opening on two earlier orders, without the name
    "opening_orders": ("{orders_told}{and_next}.", "{orders_before}, {then_next}."),
    "orders_told": (
        "You ordered {past2} {past2_then} and {past} {past_then}",
        "You [had|bought] {past2} from us {past2_then} and {past} {past_then}",
        "[First|So far] it was {past2} {past2_then}, then {past} {past_then}",
        "You [took|went for] {past2} {past2_then} and [then|after that] {past} {past_then}",
        "I have your orders in front of me, {past2} {past2_on} and {past} {past_on}",
        "I can see {past2} {past2_on} and {past} {past_on} among your orders",
        "Your order for {past} {past_on} came after {past2} {past2_on}",
    ),
    "and_next": (
        ", and I'd like to talk [about {p}|{p} through] [next|with you now]",
        ", and now I'm [writing|getting in touch] about {p}",
        ", and {p} [could|might|may] be next",
        ", and I'd like to [know|find out] whether {p} is of [interest|use] [too|as well]",
        ", and [what's still open|the one still open] is {p}",
        ", so I'd like to [ask about|raise] {p} [too|as well]",
        ", and {p} is what I'd like to ask you about [now|today]",
        ", and I [have|now have] {p} on my list for you",
    ),
    "orders_before": (
        "After {past2} {past2_on} and {past} {past_on}",
        "With {past2} {past2_on} and {past} {past_on} [behind us|done]",
        "Following {past2} {past2_on} and {past} {past_on}",
        "Since you ordered {past2} {past2_on} and {past} {past_on}",
        "Now that {past2} {past2_on} and {past} {past_on} are [ordered|settled]",
    ),
    "then_next": (
        "I'd like to [talk about|raise|ask about] {p} [next|now]",
        "{p} would [come next|be the next one], if [there's a need for it|you need it]",
        "[my question|the next question] is [about {p}|whether you need {p}]",
        "I have {p} [open for you|open as a next step]",
        "I'm [wondering|asking myself] whether {p} [should come next|makes sense too]",
    ),
    # --- opening on an earlier order of the same product
    "opening_again": (
        "{n} ordered {p} {again_when}, and I have another one open for you.",
        "You already know {p} at {n} from the order {again_when}, so I'll skip the introduction.",
        "Thank you for the {p} order {again_when}; I have another open for {n} and want to check "
        "it's needed.",
        "After the {p} order {again_when} I have one more open for {n}.",
        "{n} bought {p} from us {again_when}, and I'd like to know whether more is needed.",
        "This is about {p} again, which {n} ordered {again_when}.",
        "{p} is open for {n} once more, after the order {again_when}.",
        "I'm writing about {p} again: {n} ordered it {again_when}, and I have a further order "
        "open.",
    ),
    # --- opening when no order is known
    "opening_new": (
        "I look after {n}, and I'd like to talk about {p} with you.",
        "I have {p} open as a possible order for {n}, and I'd like to check it with you before I "
        "send anything.",
        "I'm getting in touch about {p} for {n}.",
        "{p} is on my list for {n}, and I'd rather ask you than guess.",
        "We have {p} down as something {n} may need.",
        "I'd like to find out whether {p} is of any use to {n}.",
        "There may be a place for {p} at {n}, and you're closer to that than I am.",
        "I'm trying to work out whether {p} is a good idea for {n}, and I'd welcome a straight "
        "answer.",
        "Before I put {p} forward at {n}, I'd like to hear from you.",
        "I'm writing to ask about {p}, which we have open for {n}.",
        "My question is about {p}, and whether {n} has any need for it.",
        "I'd like to start a conversation about {p} at {n}, if there's a reason for one.",
    ),
    "opening_stranger": (
        "I look after {n} at {company}, and I'm writing about {p}.",
        "I'm with {company}, and I'd like to ask about {p} for {n}.",
        "We haven't spoken before: I look after {n} at {company}, and I'd like to talk about {p}.",
        "I work for {company}, and we have {p} down as something {n} may need.",
        "This is a first note from {company} to {n}, and it's about {p}.",
        "At {company} I'm the contact for {n}, and I'd like to find out whether {p} is of any use "
        "to you.",
        "I'm writing from {company} because {p} is open as a possible order for {n}.",
        "My job at {company} is to look after {n}, and the first thing on my list is {p}.",
    ),
    # --- a further order, a fact, the season, an approved statement, what a rep asked for
    "detail_past": (
        "You ordered {past} for {n} {past_when}, so I'm not starting from nothing.",
        "{n} has had {past} from us {past_when}, in case that helps to place this.",
        "The last I can see from {n} of another kind is {past}, {past_when}.",
        "That would come on top of {past}, which {n} ordered {past_when}.",
    ),
    "detail_worry": (
        "If {worry} makes this a bad time at {n}, tell me and I'll come back afterwards.",
        "If {worry} is keeping {n} busy, this can wait.",
        "It doesn't have to be now: if {worry} is coming up at {n}, we can talk after it.",
        "I realise {worry} may come first at {n}, and I'd work around it.",
        "If {worry} has everyone tied up at {n}, a later date is fine with me.",
        "With {worry} to think of, {n} may prefer a later date, and that's no problem.",
        "Should {worry} get in the way at {n}, I'd rather wait than rush.",
        "I don't want to get in the way of {worry} at {n}, so name a better time if this isn't it.",
    ),
    "detail_more": (
        "I've left out everything {n} hasn't asked for, and can add it as soon as you want it.",
        "It costs {n} nothing to say no, and a yes doesn't have to come today.",
        "Whatever {n} decides, I'd like to hear it from somebody there rather than guess.",
        "I'm the person to write to for {n}, so an answer to this mail reaches me directly.",
        "If this lands with the wrong person at {n}, please tell me and I'll stop.",
    ),
    "detail_fact": (
        "I have a note that {fact}, [which is why I'm asking|so this may be the moment to ask].",
        "As far as I know, {fact}, and I'd like to check whether that changes anything.",
        "My notes say that {fact}; if that's right, the timing may suit you.",
        "I understand that {fact}, and I'd like to know what that means for this.",
        "One reason I'm writing to {n} now: {note}.",
        "I have one note on {n} that bears on this: {note}.",
    ),
    "detail_claim": (
        "What I can tell {n} for certain: {claim}.",
        "In short, and in case it's useful to {n}: {claim}.",
        "The main thing to know at {n} is this: {claim}.",
        "One thing I can put in writing for {n}: {claim}.",
    ),
    "detail_price": (
        "So that {n} has a figure to start from: the list price of {p} is {price}.",
        "To give {n} an idea, {p} has a list price of {price}.",
        "{p} is listed at {price}, which gives {n} a starting point.",
    ),
    "detail_other": (
        "We also have {other}, should {p} turn out not to be right for {n}.",
        "If {p} isn't the right one for {n}, {other} may be worth a look.",
        "I can go through {other} with {n} as well.",
    ),
    "subject": (
        "{p} for {n}",
        "{p} at {n}",
        "{n} and {p}",
        "A question about {p} for {n}",
        "{p}: a question for {n}",
        "{p} for {n}, after {past}",
        "{p}, following your {past} order",
        "Your view on {p} at {n}",
        "{n}: is {p} on the list?",
        "{again} again for {n}",
        "Whether {p} fits at {n}",
        "Before I quote {p} to {n}",
        "{p}: worth a look for {n}?",
        "{n}, {p} and the next step",
    ),
}
