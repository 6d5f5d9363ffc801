"""What an edit changed: a table as a sales manager would judge it, and properties of any text."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from review.edits import Change, Edit, compare
from review.edits.distance import levenshtein

MAIL = """Hi Anna,

it was good to talk about how your team plans its routes. {}

From what you described, the planners still copy every change by hand, and that is the part that
most of them would like to lose first. A short pilot in one depot would show whether it works for
you, before anybody has to learn something new.

Best regards,
Jonas Łukasik"""

# What stands in the mail before, what after, and how a sales manager would judge the edit.
WORDING = [
    ("I will send the outline.", "I'll send the outline."),
    ("I wanted to check in.", "I wanted to quickly check in."),
    ("Let me know what you think.", "Tell me what you think."),
    ("Happy to talk it through.", "Glad to talk it through."),
    ("Thanks for the open words.", "Thank you for the open words."),
    ("Just a short note.", "Only a short note."),
    ("Would a short call help?", "Would a quick call help?"),
    ("The lay-out is simple", "The layout is simple."),
    ("We recieved your note.", "We received your note."),
    ("the planners like it.", "The planners like it."),
    ("Our sales team can help.", "Our Sales Team can help."),
    ("It works well; people like it.", "It works well, and people like it."),
    ("We dont need much from you.", "We don't need much from you."),
    ("We don't need much from you.", "We do not need much from you."),
    ("I cannot see the file.", "I can't see the file."),
    ("That is a great deal of work.", "That is a lot of work."),
    ("Feel free to reply here.", "Please reply here."),
    ("Are you free for a call?", "Do you have time for a call?"),
    ("Good morning to you all.", "Good afternoon to you all."),
    ("It is up to you.", "You decide."),
    ("Is this one useful?", "Is this useful?"),
    ("I have one question.", "I have a question."),
    ("Reducing effort is the aim.", "Saving effort is the aim."),
    ("Following up on our talk.", "Writing about our talk."),
    ("Unfortunately, it rained.", "Sadly, it rained."),
    ("Shipping is simple.", "Delivery is simple."),
    ("Companies like yours save effort.", "Businesses like yours save effort."),
    ("Peter asked about this.", "As Peter asked about this."),
    ("I asked Peter about this.", "Peter, I asked about this."),
    ("Anna's view helped.", "The view of Anna helped."),
    ("May I call you?", "Can I call you?"),
    ("We met on Tuesday.", "On Tuesday we met."),
    ("It costs $1,200.", "It costs $1200."),
    ("It costs $1,200.", "It costs 1200 USD."),
    ("It costs $1,200.", "It costs US$ 1,200.00."),
    ("It costs 3000 EUR.", "It costs EUR 3.000,00."),
    ("It costs €3k.", "It costs 3,000 euros."),
    ("It costs CHF 1'200.", "It costs CHF 1 200."),
    ("It costs five hundred dollars.", "It costs $500."),
    ("It costs $2.5 million.", "It costs $2,500,000."),
    ("There are 1,200 drivers.", "There are 1200 drivers."),
    ("There are 1.2k drivers.", "There are 1,200 drivers."),
    ("There are twenty-five drivers.", "There are 25 drivers."),
    ("There are two hundred and ten vans.", "There are 210 vans."),
    ("It saves 15%.", "It saves 15 percent."),
    ("It saves 12.50%.", "It saves 12.5 %."),
    ("It takes two weeks.", "It takes 2 weeks."),
    ("It takes a month.", "It takes one month."),
    ("We ran a 30-day pilot.", "We ran a thirty day pilot."),
    ("You pay per month.", "You pay monthly."),
    ("We start on 3 March 2026.", "We start on March 3rd, 2026."),
    ("We start on 3 March 2026.", "We start on 2026-03-03."),
    ("We start on 3.12.2026.", "We start on 3 December 2026."),
    ("We start on Tue.", "We start on Tuesday."),
    ("We talk at 10 am.", "We talk at 10:00 a.m."),
    ("We talk at 2:30 pm CET.", "We talk at 14:30 CET."),
    ("Write to ANNA@acme.example.", "Write to anna@acme.example."),
    ("See https://acme.example/plan/.", "See https://ACME.example/plan."),
    ("Call +1 (555) 010-0100.", "Call +1 555 010 0100."),
    ("It comes at no cost.", "It comes free of charge."),
    ("We promise a reply.", "We promised a reply."),
    ("I met O’Brien there.", "I met O'Brien there."),
    ("We spoke about vans.", "We talked about vans."),
    ("Typical customers save time.", "Usual customers save time."),
    ("Attached you find a one-pager.", "You find a one-pager attached."),
    ("Quick thought on this:", "A quick thought on this:"),
    ("Love the new depot.", "I love the new depot."),
    ("Hope this helps.", "I hope this helps."),
    ("Perfect, that helps.", "Great, that helps."),
    ("Totally understand.", "I totally understand."),
    ("Planning is hard work.", "Scheduling is hard work."),
    ("Dispatchers often tell us so.", "Planners often tell us so."),
    ("In short: it works.", "In a nutshell: it works."),
    ("Procurement can look at it.", "Purchasing can look at it."),
    ("Everything runs in the browser.", "It all runs in the browser."),
    ("That said, it is simple", "That said, it's simple."),
    ("We'd love to show you.", "We would love to show you."),
    ("Worth a look?", "Worth a peek?"),
    ("Saw your post on hiring.", "Read your post on hiring."),
    ("Both of you are welcome.", "You are both welcome."),
    ("P.S. The coffee is on me.", "PS: The coffee is on me."),
    ("Curious how you see it.", "Keen to hear how you see it."),
    ("Do you have time for a chat?", "Do you have a moment for a chat?"),
    ("it saves hours", "it saves a lot of hours"),
    ("Customers see this quickly.", "Clients see this fast."),
    ("Nobody likes typing.", "Nobody loves typing."),
    ("- simple set-up\n- short training", "* simple set-up\n* short training"),
    ("It's a small change", "It is a small change"),
    ("we think its simple", "we think it's simple"),
    ("Given your growth, this fits.", "With your growth, this fits."),
    ("Route planning is slow.", "Planning routes is slow."),
    ("Drivers like it, too.", "The drivers like it, too."),
    ("“Simple” is the word.", '"Simple" is the word.'),
    ("This works – really.", "This works - really."),
    ("Let's talk soon.", "Let us talk soon."),
    ("Shall we talk?", "Should we talk?"),
    ("Cost is not the issue.", "Price is not the issue."),
    ("Vehicle data stays with you.", "Your vehicle data stays with you."),
    ("Looking forward to it.", "I look forward to it."),
    ("Speak soon!", "Talk soon!"),
    ("Any thoughts?", "Your thoughts?"),
    ("I am writing because", "I'm writing because"),
    ("It can free up your day.", "It could free up your day."),
    ("If it is the compliance review,", "When it is the compliance review,"),
]
FACTS = [
    ("amount", "It costs $1,200.", "It costs $1,300."),
    ("amount", "It costs $1,200.", "It costs €1,200."),
    ("amount", "It costs 1200 USD.", "It costs 1200 CAD."),
    ("amount", "It costs $1.2k.", "It costs $1.2m."),
    ("amount", "It costs EUR 3.000,00.", "It costs EUR 3.00."),
    ("amount", "It costs five hundred euros.", "It costs six hundred euros."),
    ("amount", "It costs $50.", "It costs little."),
    ("amount", "It costs $50 per user.", "It costs $50 per site."),
    ("amount", "It costs little.", "It costs £50."),
    ("percentage", "It saves 15%.", "It saves 20%."),
    ("percentage", "It saves 15 percent.", "It saves a lot."),
    ("percentage", "Costs fell by -5%.", "Costs fell by 5%."),
    ("percentage", "It grew by 5%.", "It grew by 5 percentage points."),
    ("date", "We start on 2026-03-03.", "We start on 2026-03-04."),
    ("date", "We start on 3 March 2026.", "We start on 3 May 2026."),
    ("date", "We start on March 3rd.", "We start on March 5th."),
    ("date", "We start on 3/12/2026.", "We start on 3/13/2026."),
    ("date", "We start on 3/12/2026.", "We start on 12/3/2026."),
    ("date", "We start in March.", "We start in April."),
    ("date", "We start in Q3 2026.", "We start in Q4 2026."),
    ("date", "Can we talk on Tuesday?", "Can we talk on Thursday?"),
    ("date", "Can we talk on Tue?", "Can we talk on Wed?"),
    ("date", "Can we talk on Tuesday?", "Can we talk next Tuesday?"),
    ("date", "Can we talk tomorrow?", "Can we talk today?"),
    ("date", "Can we talk this week?", "Can we talk next week?"),
    ("date", "Can we talk tomorrow morning?", "Can we talk tomorrow afternoon?"),
    ("date", "You get it by the end of the month.", "You get it by the end of the quarter."),
    ("time", "We talk at 10:30.", "We talk at 11:30."),
    ("time", "We talk at 10 am.", "We talk at 10 pm."),
    ("time", "We talk at 10 am CET.", "We talk at 10 am PST."),
    ("time", "We talk at 10 am CET.", "We talk at 10 am."),
    ("time", "It takes two weeks.", "It takes three weeks."),
    ("time", "It takes two weeks.", "It takes two months."),
    ("time", "It takes a week.", "It takes a month."),
    ("time", "It takes 30 days.", "It takes 30 business days."),
    ("time", "It takes a 30-day pilot.", "It takes a 60-day pilot."),
    ("time", "You pay per month.", "You pay per year."),
    ("time", "You pay $50/month.", "You pay $50/year."),
    ("time", "You pay monthly.", "You pay annually."),
    ("name", "I talked to Peter.", "I talked to Petra."),
    ("name", "I talked to Peter Sørensen.", "I talked to Peter Sorensen."),
    ("name", "I talked to Ms. Łukasik.", "I talked to Ms. Nowak."),
    ("name", "I talked to Mr. Nowak.", "I talked to Ms. Nowak."),
    ("name", "I talked to O'Brien.", "I talked to O'Neill."),
    ("name", "I talked to Mei-Mei.", "I talked to Mei-Ling."),
    ("name", "I talked to your\nPeter about it.", "I talked to your\nPaul about it."),
    ("name", "I talked to Peter and Paul.", "I talked to Peter."),
    ("name", "Peter will join us.", "Paul will join us."),
    ("name", "Peter, can you join?", "Paul, can you join?"),
    ("name", "Globex's vans are old.", "Acme's vans are old."),
    ("name", "Your vans at Acme Corp are old.", "Your vans at Globex Corp are old."),
    ("name", "You run SAP today.", "You run Oracle today."),
    ("name", "You took the Premium plan.", "You took the Basic plan."),
    ("email", "Write to anna@acme.example.", "Write to hanna@acme.example."),
    ("url", "See https://acme.example/plan.", "See https://acme.example/plans."),
    ("url", "See www.acme.example for it.", "See www.globex.example for it."),
    ("url", "See acme.com/pricing for it.", "See acme.com/trial for it."),
    ("phone", "Call +44 20 7946 0958.", "Call +44 20 7946 0959."),
    ("phone", "Call 555-010-0100.", "Call 555-010-0199."),
    ("negation", "It will be ready.", "It will not be ready."),
    ("negation", "It isn't ready.", "It is ready."),
    ("negation", "You can change it.", "You cannot change it."),
    ("negation", "It works without training.", "It works with training."),
    ("negation", "We have no minimum.", "We have a minimum."),
    ("negation", "It never fails.", "It seldom fails."),
    ("commitment", "The pilot is simple.", "The pilot is free."),
    ("commitment", "The pilot is simple.", "The pilot comes at no cost."),
    ("commitment", "We can talk about a price.", "We can talk about a discount."),
    ("commitment", "We expect a result.", "We guarantee a result."),
    ("commitment", "We can move the fee.", "We can waive the fee."),
    ("commitment", "Support is offered.", "Support is included."),
    ("commitment", "It often works.", "It always works."),
    ("commitment", "You get many seats.", "You get unlimited seats."),
    ("commitment", "The quote is a draft.", "The quote is binding."),
    ("commitment", "It saves 20%.", "It saves up to 20%."),
    ("commitment", "You may refund it.", "You may return it."),
    ("commitment", "There is a penalty.", "There is a rule."),
    ("commitment", "You have an exclusive offer.", "You have an offer."),
    ("number", "There are 40 vans.", "There are 50 vans."),
    ("number", "There are two options.", "There are three options."),
    ("number", "There are two dozen vans.", "There are a dozen vans."),
    ("number", "Routes are 3x faster.", "Routes are 4x faster."),
    ("number", "You save half the effort.", "You save the effort."),
    ("percentage", "It is 20 percent cheaper.", "It is 25 percent cheaper."),
    ("amount", "Our list price is 99 EUR.", "Our list price is 89 EUR."),
    ("date", "We deliver by Friday.", "We deliver by Monday."),
    ("time", "We deliver in 5 days.", "We deliver in 3 days."),
    ("number", "Delivery takes four to six weeks.", "Delivery takes two to six weeks."),
    ("negation", "You can cancel.", "You can't cancel."),
    ("commitment", "The first year is 500.", "The first year is free."),
    ("phone", "Call me on 0664 1234567.", "Call me on 0664 1234568."),
    ("name", "My colleague Petra joins.", "My colleague Paula joins."),
    ("name", "Daimler uses it.", "Volvo uses it."),
    ("name", "Renault bought it.", "Fiat bought it."),
    ("time", "I can do 3pm.", "I can do 4pm."),
    ("time", "How about 14:00?", "How about 15:00?"),
    ("number", "How about the 12th?", "How about the 13th?"),
    ("date", "How about Dec 5?", "How about Dec 6?"),
    ("number", "You get 10 seats.", "You get 12 seats."),
    ("name", "The GTX Basic fits.", "The MG Special fits."),
    ("name", "GTX500 fits.", "GTX600 fits."),
    ("commitment", "We can offer terms.", "We can offer a discount."),
    ("commitment", "Setup is on you.", "Setup is complimentary."),
    ("commitment", "Setup is on you.", "Setup is on us."),
    ("commitment", "Setup is on you.", "Setup is on the house."),
    ("commitment", "Setup costs a little.", "Setup costs nothing."),
    ("commitment", "We look at any quote.", "We match any quote."),
    ("commitment", "We take a bit off your hands.", "We take a bit off your bill."),
    ("commitment", "You can ask us.", "You can count on us."),
    ("commitment", "We know the norm.", "We comply with the norm."),
    ("commitment", "We will do our best.", "We commit to it."),
    ("name", "It runs in Germany.", "It runs in Austria."),
    ("number", "ISO 27001 applies.", "ISO 9001 applies."),
    ("name", "We are looking at it.", "We are GDPR compliant."),
    ("commitment", "The fee is waived.", "The fee is due."),
    ("url", "See https://a.example/x", "See https://b.example/x"),
    ("number", "It takes half a day.", "It takes a day."),
    ("time", "It takes a couple of days.", "It takes a couple of weeks."),
    ("amount", "The price is USD 5k.", "The price is USD 6k."),
    ("time", "It costs $99 per seat per month.", "It costs $99 per seat per year."),
    ("name", "The US team does it.", "The UK team does it."),
    ("name", "The CEO asked.", "The CFO asked."),
    ("date", "He said so last week.", "He said so last month."),
    ("number", "Only ten are left.", "Only nine are left."),
    ("date", "Starting in January, we help.", "Starting in June, we help."),
    ("time", "It was 1.5 hours.", "It was 2.5 hours."),
    ("amount", "You save €1.5m.", "You save €1.5k."),
    ("amount", "You save one million euros.", "You save two million euros."),
    ("negation", "Nothing is due now.", "Something is due now."),
    ("negation", "All are allowed.", "None are allowed."),
    ("name", "Best, Tom", "Best, Tim"),
    ("name", "cc: Lena", "cc: Lisa"),
    ("name", "Lena: can you help?", "Lisa: can you help?"),
    ("name", "Tom suggested it.", "Tim suggested it."),
    ("name", "Tom's idea.", "Tim's idea."),
    ("name", "Tom and Lena agree.", "Tim and Lena agree."),
    ("name", "It is Thomas speaking.", "It is Theo speaking."),
    ("name", "Siemens, Bosch and others trust us.", "Siemens, Fiat and others trust us."),
    (
        "url",
        "See https://routes.acme.systems/a for it.",
        "See https://routes.acme.systems/b for it.",
    ),
    ("phone", "Call 555-234-1234.", "Call 555-234-1235."),
    ("number", "Send it as mp3.", "Send it as mp4."),
    ("commitment", "We hope that it arrives.", "We ensure that it arrives."),
    ("commitment", "We expect a reply.", "We promise a reply."),
    ("commitment", "We are open to that date.", "We are committed to that date."),
    ("commitment", "We look at damages.", "We are liable for damages."),
    ("commitment", "You may renew.", "You are obliged to renew."),
    ("commitment", "You may want support.", "You are entitled to support."),
    ("commitment", "You can leave the plan.", "You can cancel the plan."),
    ("commitment", "It ends by itself.", "It auto-renews by itself."),
    ("commitment", "It is yours.", "It is yours forever."),
    ("commitment", "We reply soon.", "We reply immediately."),
    ("commitment", "It saves 20 hours.", "It saves at least 20 hours."),
    ("commitment", "It needs 20 hours.", "It needs at most 20 hours."),
    ("commitment", "We have a good price.", "We have the lowest price."),
    ("commitment", "The product is tested.", "The product is certified."),
    ("negation", "Everybody has to type.", "Nobody has to type."),
    ("negation", "Either way works.", "Neither way works."),
    ("negation", "They are able to see it.", "They are unable to see it."),
    ("negation", "You would notice it.", "You would hardly notice it."),
    ("negation", "We start if you call.", "We start unless you call."),
]
LONG_REWRITES = [
    ("", "We talked about depots, and about vans, and then about people, and how they all get on."),
    (
        "I thought about what you told me and put down some ideas that you may find of use.",
        "Here is what came to my mind: talk to the planners, look at their day, then decide.",
    ),
]


def in_mail(old: str, new: str) -> tuple[str, str]:
    return MAIL.format(old), MAIL.format(new)


@pytest.mark.parametrize(("old", "new"), WORDING)
def test_an_edit_of_the_wording_is_minor(old: str, new: str) -> None:
    edit = compare(*in_mail(old, new))
    assert (edit.kind, edit.changed_facts) == ("minor", ())


@pytest.mark.parametrize(("kind", "old", "new"), FACTS)
def test_an_edit_of_a_fact_is_major_and_names_it(kind: str, old: str, new: str) -> None:
    edit = compare(*in_mail(old, new))
    assert edit.kind == "major"
    assert kind in {change.kind for change in edit.changed_facts}
    assert edit.distance <= 0.15


@pytest.mark.parametrize(("old", "new"), LONG_REWRITES)
def test_a_rewrite_without_a_changed_fact_is_major(old: str, new: str) -> None:
    edit = compare(*in_mail(old, new))
    assert (edit.kind, edit.changed_facts) == ("major", ())


@pytest.mark.parametrize(
    ("old", "new"), [(f"Hi {a},", f"{b},") for a in ("Anna", "anna") for b in ("Hi Peter", "Peter")]
)
def test_a_greeting_to_somebody_else_is_major(old: str, new: str) -> None:
    mail = "\n\nshall we look at the routes together, and see what the planners say to it?\n\nBest"
    edit = compare(old + mail, new + mail)
    assert edit.kind == "major"
    assert "name" in {change.kind for change in edit.changed_facts}


def test_a_greeting_in_lower_case_names_its_reader() -> None:
    mail = " shall we look at the routes together, and see what the planners say?"
    assert compare("Hi anna," + mail, "Hi Anna," + mail).kind == "minor"
    assert compare("Hi anna," + mail, "Hi petra," + mail).kind == "major"


def test_another_signature_is_major() -> None:
    before = MAIL.format("")
    edit = compare(before, before.replace("Jonas Łukasik", "Jonas Łukaszuk"))
    assert edit.changed_facts == (Change("name", "Jonas Łukasik", "Jonas Łukaszuk"),)


def test_a_change_says_what_stood_there_and_what_stands_there() -> None:
    edit = compare(*in_mail("It costs $1,200.", "It costs 1.3k EUR."))
    assert edit.changed_facts == (Change("amount", "$1,200", "1.3k EUR"),)
    assert str(edit.changed_facts[0]) == "amount: $1,200 → 1.3k EUR"


def test_a_change_says_what_was_added_and_what_was_removed() -> None:
    old, new = in_mail("It is easy.", "It is free.")
    assert [str(change) for change in compare(old, new).changed_facts] == ["commitment added: free"]
    assert [str(change) for change in compare(new, old).changed_facts] == [
        "commitment removed: free"
    ]


def test_a_fact_said_twice_and_then_once_has_changed() -> None:
    edit = compare(*in_mail("It costs $5, yes, $5.", "It costs $5, yes."))
    assert edit.changed_facts == (Change("amount", "$5", ""),)


def test_facts_that_only_moved_have_not_changed() -> None:
    edit = compare(*in_mail("On Monday $5, later $7.", "First $5, on Monday $7."))
    assert edit.changed_facts == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Basic is $10, Pro is $20.", "Basic is $20, Pro is $10.", "amount: $10, $20 → $20, $10"),
        ("Save 5% now, 9% later.", "Save 9% now, 5% later.", "percentage: 5%, 9% → 9%, 5%"),
        (
            "We start 3 May and end 4 June this way.", "We start 4 June and end 3 May this way.",
            "date: 3 May, 4 June → 4 June, 3 May",
        ),
        ("It takes 2 days, then 3 weeks.", "It takes 3 weeks, then 2 days.",
         "time: 2 days, 3 weeks → 3 weeks, 2 days"),
        ("There are 40 vans and 50 cars.", "There are 50 vans and 40 cars.",
         "number: 40, 50 → 50, 40"),
        ("I told Peter what Petra wants.", "I told Petra what Peter wants.",
         "name: Peter, Petra → Petra, Peter"),
        ("a@x.example, not b@x.example", "b@x.example, not a@x.example",
         "email: a@x.example, b@x.example → b@x.example, a@x.example"),
        ("$1, $2, $3, $4 and $5.", "$2, $3, $4, $5 and $1.",
         "amount: $1, $2, $3, … → $2, $3, $4, …"),
    ],
)  # fmt: skip
def test_facts_that_changed_places_are_major(old: str, new: str, words: str) -> None:
    edit = compare(*in_mail(old, new))
    assert (edit.kind, [str(change) for change in edit.changed_facts]) == ("major", [words])


def test_products_that_changed_places_are_major() -> None:
    old, new = in_mail("basic costs less than plus.", "plus costs less than basic.")
    edit = compare(old, new, products=["Basic", "Plus"])
    assert edit.changed_facts == (Change("product", "basic, plus", "plus, basic"),)


# --- other languages ------------------------------------------------------------------------------

# A mail of each, and what would be made of it; each edit below 15 % of the words.
FOREIGN = {
    "de": (
        "Guten Tag Frau Ohlsen,\n\ndas Angebot gilt bis Ende des Monats. Der Preis ist seit einem"
        " Jahr unverändert, und wir liefern in zwei Wochen. Die Einrichtung ist im Vertrag genannt."
        "\n\nMit freundlichen Grüßen\nJonas Reiter",
        [("gilt bis", "gilt nicht bis"), ("unverändert", "verändert"), ("liefern", "garantieren"),
         ("Einrichtung ist", "Einrichtung ist kostenlos und"), ("im Vertrag", "in keinem Vertrag")],
    ),
    "fr": (
        "Bonjour Madame Caron,\n\nl'offre reste ouverte jusqu'à la fin du mois. Le prix est celui"
        " de l'an dernier et nous livrons sous deux semaines. La mise en place figure au contrat."
        "\n\nCordialement,\nLouis Mercier",
        [("reste ouverte", "ne reste pas ouverte"), ("livrons", "garantissons"),
         ("en place figure", "en place gratuite figure"), ("figure", "manque")],
    ),
    "es": (
        "Hola Lucía:\n\nLa oferta sigue abierta hasta fin de mes. El precio es el del año pasado y"
        " entregamos en dos semanas. La puesta en marcha figura en el contrato.\n\nUn saludo,\n"
        "Pablo Ruiz",
        [("sigue", "no sigue"), ("entregamos", "garantizamos"), ("en marcha", "en marcha gratis"),
         ("figura", "falta")],
    ),
    "it": (
        "Gentile Anna,\n\nl'offerta resta aperta fino alla fine del mese. Il prezzo è quello"
        " dell'anno scorso e consegniamo in due settimane. L'avvio figura nel contratto.\n\n"
        "Cordiali saluti,\nPaolo Ricci",
        [("resta", "non resta"), ("consegniamo", "garantiamo"), ("L'avvio", "L'avvio gratuito")],
    ),
    "nl": (
        "Beste Marijke,\n\nde offerte blijft open tot het einde van de maand. De prijs is die van"
        " vorig jaar en we leveren binnen twee weken. De inrichting staat in het contract.\n\n"
        "Met vriendelijke groet,\nWouter Smit",
        [("blijft open", "blijft niet open"), ("leveren", "garanderen"),
         ("inrichting", "gratis inrichting"), ("staat in het", "staat in geen")],
    ),
    "pt": (
        "Olá Beatriz,\n\na proposta continua aberta até ao fim do mês. O preço é o do ano passado"
        " e entregamos em duas semanas. A instalação consta do contrato.\n\nCumprimentos,\n"
        "Rui Costa",
        [("continua", "não continua"), ("entregamos", "garantimos"),
         ("instalação", "instalação grátis")],
    ),
    "pl": (
        "Dzień dobry, pani Anno,\n\noferta obowiązuje do końca miesiąca. Cena jest taka jak w"
        " zeszłym roku, a dostawa trwa dwa tygodnie.\n\nPozdrawiam,\nJan Nowak",
        [("oferta obowiązuje", "oferta nie obowiązuje")],
    ),
    "ja": ("お世話になっております。見積もりは月末まで有効です。納期は二週間です。",
           [("有効です", "無効です")]),
}  # fmt: skip
EDITS = [
    pytest.param(mail, mail.replace(old, new), id=f"{name}: {old} → {new}")
    for name, (mail, made) in FOREIGN.items()
    for old, new in made
]


@pytest.mark.parametrize(("before", "after"), EDITS)
def test_a_changed_word_of_another_language_is_major(before: str, after: str) -> None:
    assert before != after
    for one, other in ((before, after), (after, before)):
        edit = compare(one, other)
        assert edit.kind == "major"
        assert edit.changed_facts or not edit.is_read


@pytest.mark.parametrize("name", FOREIGN)
def test_marks_and_white_space_are_free_in_every_language(name: str) -> None:
    mail = FOREIGN[name][0]
    assert compare(mail, mail.replace("\n\n", "\n")).kind == "unchanged"
    edit = compare(mail, mail.replace(".", "!").replace("。", "!"))
    assert (edit.is_read, edit.changed_facts) == (True, ())


@given(st.data())
def test_whichever_word_of_another_language_goes_it_is_major(data: st.DataObject) -> None:
    mail, _ = FOREIGN[data.draw(st.sampled_from(["de", "fr", "es", "it", "nl", "pt", "pl"]))]
    words = mail.split(" ")
    place = data.draw(st.integers(0, len(words) - 1))
    put = data.draw(st.sampled_from([[], ["anders"], [words[place], "mehr"]]))
    assert compare(mail, " ".join([*words[:place], *put, *words[place + 1 :]])).kind == "major"


def test_a_sentence_of_another_language_in_an_english_mail_is_not_read() -> None:
    sentence = (
        "Das Angebot gilt bis Ende des Monats, der Preis ist seit einem Jahr unverändert, und wir"
        " liefern in zwei Wochen an jeden Standort, der im Vertrag genannt wird."
    )
    edit = compare(*in_mail(sentence, sentence.replace("gilt", "gilt nicht")))
    assert (edit.kind, edit.changed_facts, edit.is_read) == ("major", (), False)
    mail = MAIL.format(sentence)
    assert compare(mail, mail.replace("it was good", "it was a pleasure")).kind == "minor"


def test_one_odd_word_makes_no_english_text_unreadable() -> None:
    old, new = "As they say: Gemütlichkeit matters here.", "As they say, Gemütlichkeit counts here."
    assert compare(*in_mail(old, new)).kind == "minor"


def test_many_names_make_no_english_text_unreadable() -> None:
    mail = (
        "Hi Yann,\n\nOne thing I can put in writing for Moss Tools: Vault S comes with three years "
        "of on-site service. Is Vault S worth a place on Moss Tools' list this year?\n\n"
        "Best regards,\nNora Falk"
    )
    assert compare(mail, mail.replace("Best regards", "Many greetings")).kind == "minor"


def test_what_is_too_short_to_tell_is_major() -> None:
    assert compare("Angebot offen", "Angebot zu") == Edit("major", 0.5, (), is_read=False)


def test_a_product_counts_in_lower_case_when_it_is_known() -> None:
    old, new = in_mail("It runs on the gtx basic line.", "It runs on the gtx plus line.")
    assert compare(old, new).kind == "minor"
    edit = compare(old, new, products=["GTX Plus", "GTX Basic"])
    assert edit.changed_facts == (Change("product", "gtx basic", "gtx plus"),)


def test_the_longer_product_name_is_not_the_shorter_one() -> None:
    old, new = in_mail("It is the GTX Plus Basic.", "It is the GTX Plus.")
    edit = compare(old, new, products=["GTX Plus", "GTX Plus Basic"])
    assert edit.changed_facts == (Change("product", "GTX Plus Basic", "GTX Plus"),)


def test_no_product_names_are_needed() -> None:
    assert compare("one two", "one two", products=["", " "]).kind == "unchanged"


@pytest.mark.parametrize(
    ("changed", "kind"), [(0, "unchanged"), (1, "minor"), (15, "minor"), (16, "major")]
)
def test_up_to_fifteen_words_of_a_hundred_are_minor(changed: int, kind: str) -> None:
    edit = compare("they " * 100, "those " * changed + "they " * (100 - changed))
    assert (edit.kind, edit.distance) == (kind, changed / 100)


def test_the_limit_is_a_setting() -> None:
    before, after = "they " * 10, "they " * 8 + "those " * 2
    assert compare(before, after).kind == "major"
    assert compare(before, after, minor_below=0.2).kind == "minor"
    assert compare(before, "they " * 9 + "those", minor_below=0.05).kind == "major"


@pytest.mark.parametrize(
    ("before", "after"),
    [("a b", "a\n\n b "), ("Costs 5 .", "Costs 5."), ("", " \n"), ("Hi,Anna", "Hi, Anna")],
)
def test_white_space_alone_changes_nothing(before: str, after: str) -> None:
    edit = compare(before, after)
    assert (edit.kind, edit.distance, edit.changed_facts) == ("unchanged", 0.0, ())


def test_moving_line_breaks_hides_no_small_edit_and_makes_none_major() -> None:
    before, after = in_mail(
        "Peter asked on 3\nMarch what it costs.", "Peter asks on 3 March what it costs."
    )
    assert compare(before, " ".join(after.split())).kind == "minor"


def test_a_text_out_of_nothing_is_major() -> None:
    assert compare("", "some words").distance == 1.0
    assert compare("", "some words").kind == "major"


def test_an_invisible_character_does_not_hide_a_promise() -> None:
    edit = compare(*in_mail("It is easy.", "It is fr\u200bee."))
    assert "commitment" in {change.kind for change in edit.changed_facts}


# --- any text -------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *(
            "Anna",
            "Peter Sørensen",
            "O'Brien",
            "acme",
            "Acme",
            "will",
            "Will",
            "may",
            "May",
            "free",
        ),
        *("$1,200", "1200 USD", "1.2k", "€", "15", "15%", "two", "hundred", "weeks", "per month"),
        *("3 March", "2026-03-03", "10:30", "10 am", "tomorrow", "next", "not", "don't", "no"),
        *("Hi", "Best", "thanks", "the", ",", ".", "!", ":", "-", "a@b.example", "+1 555 010 0100"),
        *("www.acme.example", "\u0301", "ﷺ", "Łukasik", "梅", "…", "up to", "guarantee", "1"),
    ]
)
GAPS = st.sampled_from([" ", "\n", "\n\n", "  ", "\t", "\u00a0", "\r\n"])


@st.composite
def prose(draw: st.DrawFn) -> str:
    return "".join(draw(WORDS) + draw(GAPS) for _ in range(draw(st.integers(0, 25))))


TEXTS = st.one_of(prose(), st.text(max_size=80))


@given(TEXTS, TEXTS)
@example("Thanks Will, I'll do it", "Thanks, I will do it")
@example("Anna Anna ", "Anna\nPeter Sørensen ")
def test_an_edit_is_the_same_kind_in_both_directions(one: str, other: str) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.kind, there.distance) == (back.kind, back.distance)
    turned = {(change.kind, change.after, change.before) for change in back.changed_facts}
    assert {(c.kind, c.before, c.after) for c in there.changed_facts} == turned


@given(TEXTS)
def test_a_text_equals_itself(text: str) -> None:
    assert compare(text, text).kind == "unchanged"


@given(st.lists(WORDS), st.data())
def test_other_white_space_is_unchanged(words: list[str], data: st.DataObject) -> None:
    one = "".join(word + data.draw(GAPS) for word in words)
    other = "".join(word + data.draw(GAPS) for word in words)
    assert compare(one, other).kind == "unchanged"


@given(TEXTS, TEXTS)
def test_the_kind_follows_from_distance_and_facts(one: str, other: str) -> None:
    edit = compare(one, other)
    assert 0 <= edit.distance <= 1
    is_other = bool(edit.changed_facts) or not edit.is_read or edit.distance > 0.15
    assert (edit.kind == "major") == is_other
    assert (edit.kind == "unchanged") == (edit.distance == 0)


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_the_distance_is_that_of_the_textbook(one: list[str], other: list[str]) -> None:
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row = row, [i]
        for j, right in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (left != right)))
    assert levenshtein(one, other) == row[-1]


def seconds_to_compare(unit: str, size: int) -> float:
    before = (unit * (size // len(unit) + 1))[:size]
    middle = size // 2
    after = "never " + before[: middle - 9] + " other words " + before[middle + 9 :] + " at all"
    start = time.process_time()
    assert compare(before, after).kind == "major"
    return time.process_time() - start


def test_a_hundred_kilobytes_of_mail_take_seconds_at_most() -> None:
    assert seconds_to_compare("the vans of Acme cost $1,200 for two weeks, not more. ", 100_000) < 4


@pytest.mark.parametrize("unit", ["a ", "a.", "0 ", "(", "\n", "a", "1", "Anna ", "two ", "x@"])
def test_no_odd_text_takes_quadratic_time(unit: str) -> None:
    assert seconds_to_compare(unit, 20_000) < 4
