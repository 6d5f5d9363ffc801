"""A wish for no more mail and a threat, in words that stand on no list: settled or suspected."""

import pytest

from revenue.inbound import concepts, refusals, wording
from tests.revenue.inbound.test_classify import reply, said

WISHES = [
    "I would be glad if your messages did not reach us any more.",
    "Kindly wipe our whole domain from that outreach list.",
    "No further correspondence on this, thank you.",
    "Opt all of us out.",
    "This is the sixth mail in a row from you.",
    "Sales mail to this inbox is not permitted.",
    "Bitte schicken Sie uns künftig nichts mehr zu.",
    "Nehmen Sie die Adressen unserer Kollegen aus Ihrem Verteiler heraus.",
    "Könnten Sie uns bitte in Frieden lassen?",
    "Unverlangte Werbung an diese Adresse ist unerwünscht.",
    "Je vous prie de ne plus nous envoyer de courriels.",
    "Auriez-vous la bonté de rayer mon adresse de vos fichiers ?",
    "Que ce message soit le dernier, je vous en prie.",
    "Le ruego que no me vuelvan a mandar publicidad.",
    "Saquen nuestras direcciones de esa lista, por favor.",
    "Ojalá este correo sea el último.",
    "Peço que não nos mandem mais mensagens.",
    "Apaguem os nossos contactos da vossa lista.",
]
THREATS = [
    "Our solicitors will write to you next.",
    "A complaint to the regulator about you has been filed.",
    "This mail violates the privacy act.",
    "Under which right do you hold my personal details?",
    "Ihre Mail verstößt gegen das Gesetz, wir melden das der Landesdatenschutzbehörde.",
    "Unser Anwalt hat Ihre Nachricht bereits.",
    "Vos envois enfreignent la loi, nous avons saisi notre avocat.",
    "Voy a presentar una reclamación contra ustedes ante la autoridad.",
    "O nosso advogado vai contactar-vos.",
    "Vou denunciar vocês à autoridade.",
]
INNOCENT = [
    "Yes, that would suit us well. Tuesday at ten?",
    "What does the large one cost, and how long does delivery take?",
    "Wir hätten gerne ein Angebot über zwanzig Stück.",
    "Quel est le délai pour trente pièces ?",
    "Nos interesa, ¿cuánto cuesta la instalación?",
    "Gostei da proposta, vamos marcar uma conversa.",
]
MENTIONED = [
    "My finger was on the unsubscribe button until I saw your figures.",
    "Our lawyer passed this on to me, and she likes the part about the long contracts very much.",
    "How do your customers opt out of the newsletter?",
    "Die Rechtsabteilung muss noch zustimmen, danach nehmen wir gleich zwanzig Stück davon ab.",
]


def read(text: str) -> refusals.Refusal:
    return refusals.read(wording.folded(text))


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_in_new_words_is_settled_or_suspected(text: str) -> None:
    found = read(text)
    assert found.opt_out or found.maybe_opt_out


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_in_new_words_is_settled_or_suspected(text: str) -> None:
    found = read(text)
    assert found.hostile or found.maybe_hostile


@pytest.mark.parametrize("text", INNOCENT)
def test_an_ordinary_answer_is_not_suspected(text: str) -> None:
    assert read(text) == refusals.Refusal()


@pytest.mark.parametrize("text", MENTIONED)
def test_the_words_alone_settle_nothing(text: str) -> None:
    found = read(text)
    assert (found.opt_out, found.hostile) == ("", "")


@pytest.mark.parametrize("text", ["pls unsubsribe us", "desabonez moi", "desincrire svp"])
def test_a_wish_with_a_slip_of_the_pen_is_one(text: str) -> None:
    assert read(text).suspected == "unsubscribe"


@pytest.mark.parametrize(
    ("word", "idea"),
    [("databse", "LIST"), ("complzint", "COMPLAIN"), ("bundesdatenschutzgesetz", "LAW")],
)
def test_a_word_is_known_with_a_letter_wrong_and_inside_another(word: str, idea: str) -> None:
    assert idea in concepts.ideas_of(word)


def test_what_is_suspected_is_no_agents_and_suppresses_nobody() -> None:
    kind = said("Great product! Whose idea was it that a sixth mail from you would please me?")
    assert kind.suspected == "unsubscribe"
    assert (kind.filed, kind.opt_out) == ("unclassified", False)
    assert kind.confidence < 1


def test_what_a_person_reads_anyway_keeps_its_class() -> None:
    kind = said("Too expensive. And this is the fifth mail from you.")
    assert (kind.label, kind.filed, kind.suspected) == ("objection", "objection", "unsubscribe")


def test_whoever_asks_and_threatens_is_read_by_a_person() -> None:
    kind = said("We gave your mails to our lawyers. Do not contact us again.")
    assert (kind.label, kind.opt_out) == ("hostile_legal", True)


def test_every_idea_of_a_rule_has_words_and_every_word_serves_a_rule() -> None:
    known = frozenset().union(*concepts.STEMS.values(), *concepts.WORDS.values())
    used = {idea for rule in concepts.RULES for idea in rule.ideas}
    assert used == known


@pytest.mark.parametrize("words", ["remove me ", "unsubscribemenow" * 40, "a-" * 20, "nicht mehr "])
def test_a_long_text_is_read_in_no_time(words: str) -> None:
    text = words * (40_000 // len(words))
    assert len(reply(text)) > 40_000
    assert said(text).label
