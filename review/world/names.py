"""Invented names. Every address lies in a domain that is reserved for examples (RFC 2606)."""

import re
from random import Random

_FIRST = """
    Abel Ada Alma Anton Arun Beatrix Bruno Carla Cem Clara Dario Dora Edwin Elif Emil Erin Farah
    Felix Gina Greta Hana Hugo Ida Ilan Iris Ivan Jana Jonas June Karim Kasia Lara Leon Lina
    Malik Mara Milo Nadia Nils Nora Olga Omar Petra Quinn Rafi Rosa Samir Selma Tariq Tessa Theo
    Uma Viktor Vera Wanda Yann Yuki Zara Zeno
"""
_LAST = """
    Abbott Alvarez Amsel Baird Banerjee Bauer Bell Berg Bose Bruns Calder Castell Chandra Costa
    Dahl Dawes Duarte Ebner Ekman Farkas Fell Flores Gale Garza Greer Haas Hale Hartog Holm
    Ibsen Ito Jansen Jarvis Kane Keller Kovac Lacey Lang Lind Marsh Mehta Moreau Nagy Novak
    Okoye Olsen Pace Petrov Pike Quill Ramos Reyes Rhodes Sato Silva Stroud Tanaka Thorne Ueda
    Vance Vogel Walsh Weber Yates Zeller
"""
_PLACE = """
    Alder Amber Arden Ashby Aspen Barrow Beacon Birch Bramble Bridge Briar Canyon Cedar Clover
    Copper Coral Dale Dover Eagle Elm Ember Fairway Falcon Fern Flint Garnet Glen Granite Grove
    Harbor Haven Hazel Heron Hollow Iron Ivory Jasper Kestrel Lake Larch Laurel Linden Maple
    Marble Meadow Mill Moss North Oak Onyx Orchard Otter Pearl Pine Prairie Quarry Raven Ridge
    River Rowan Saddle Sage Sierra Silver Slate Spruce Sterling Summit Thistle Timber Tulip
    Valley Violet Walnut Willow Winter
"""
_TRADE = """
    Analytics Bakeries Builders Clinics Crafts Dental Design Dynamics Energy Farms Finance Foods
    Freight Gardens Glass Health Homes Hotels Industries Instruments Labs Leisure Logistics
    Machines Marine Media Mills Motors Networks Optics Outfitters Paper Partners Pharma Pottery
    Press Robotics Schools Services Software Staffing Studios Supply Systems Telecom Textiles
    Tools Travel Trust Ventures
"""
FIRST, LAST, PLACE, TRADE = (text.split() for text in (_FIRST, _LAST, _PLACE, _TRADE))
SUFFIX = ("", "Group", "and Sons", "Works", "Company", "Holdings", "International", "Collective")


def company(number: int) -> str:
    """The `number`-th name; the first 30,000 are different."""
    rest, place = divmod(number, len(PLACE))
    suffix, trade = divmod(rest, len(TRADE))
    trade = (trade + place) % len(TRADE)
    return " ".join(filter(None, (PLACE[place], TRADE[trade], SUFFIX[suffix % len(SUFFIX)])))


def person(chance: Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def address(name: str, domain: str) -> str:
    return f"{name.replace(' ', '.').lower()}@{domain}"


def domain(company_name: str) -> str:
    return f"{re.sub(r'[^a-z0-9]', '', company_name.lower())}.example"
