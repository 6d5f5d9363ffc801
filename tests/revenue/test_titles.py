"""Whose title alone makes them a contact that a person writes to: both ways of the rule."""

import pytest

from revenue.titles import title_is_sensitive

SENSITIVE = [
    *("CEO", "C.E.O.", "C. E. O.", "Ceo", "CRO", "CPO", "CHRO", "CISO", "President & CEO"),
    *("Chief Executive", "Chief of Staff", "MD", "M.D.", "EVP", "EVP Manufacturing"),
    *("Managing Director", "Managing-Director", "MANAGING DIRECTOR", "Managing Partner"),
    *("Executive Director", "Executive Vice President", "General Manager", "Director General"),
    *("Founder", "Cofounder", "Co-Founder", "Owner", "Senior Partner", "Chairwoman"),
    *("Geschäftsführer", "Geschäftsführerin", "Geschaeftsfuehrer", "Mitglied des Vorstands"),
    *("Vorstand", "Vorstandsvorsitzende", "Präsidentin", "Inhaber", "PDG", "P.D.G.", "Président"),
    *("Directeur général", "Directrice Générale", "Gérante", "Consejero Delegado"),
    *("Directora general", "Diretor Geral", "Amministratore Delegato", "Direttore generale"),
    *("Algemeen directeur", "Eigenaar"),
    *("General Counsel", "Solicitor", "Barrister", "Data Protection Officer", "DPO"),
    *("Compliance Lead", "Rechtsanwältin", "Leiter Recht", "Datenschutzbeauftragte", "Avocat"),
    *("Responsable juridique", "Syndikusanwalt"),
    *("Head of Security", "InfoSec", "Head of Cybersecurity", "Leiterin IT-Sicherheit"),
    *("Head of Communications", "Public Affairs", "PR Manager", "Press Officer", "Reporter"),
    *("Managing Editor", "Editor-in-Chief", "Pressesprecher", "Attachée de presse"),
    *("Leiter Unternehmenskommunikation", "Directrice de la communication", "Spokeswoman"),
]
ORDINARY = [
    *("", "Buyer", "Head of Procurement", "Purchasing Manager", "Plant Manager", "Office Manager"),
    *("VP Operations", "Vice President, Sales", "Senior Vice-President", "Regional Director"),
    *("Director of Finance", "Managing Consultant", "Managing Physician", "Product Owner"),
    *("Account Executive", "Sales Executive", "Executive Assistant", "Partner Manager"),
    *("Senior Partner Manager", "Project Coordinator", "Co-ordinator", "Smith & Co"),
    *("Unified Communications Engineer", "Telecommunications Engineer", "Onboarding Specialist"),
    *("Compressor Technician", "Express Delivery Manager", "Video Editor", "Customer Advocate"),
    *("Einkaufsleiter", "Leiter Arbeitssicherheit", "Responsable achats", "Directeur commercial"),
    *("Jefe de compras", "Gerente de compras", "Direttore acquisti", "Hoofd Inkoop"),
]


@pytest.mark.parametrize("title", SENSITIVE)
def test_a_person_writes_to(title: str) -> None:
    assert title_is_sensitive(title)


@pytest.mark.parametrize("title", ORDINARY)
def test_is_nobody_special(title: str) -> None:
    assert not title_is_sensitive(title)
