"""What a cell may mean although it is spelt otherwise: lists of known names, and letters that look
alike.

A slip of the pen is put right only where one known name is close enough; digits never change.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable

# "technolgy" is .95 from "technology", while "biotechnology" is .87 and means something else.
CUTOFF = 0.9

INDUSTRIES = tuple(
    """
    accounting|advertising|aerospace|agriculture|apparel|architecture|automotive|banking|
    biotechnology|chemicals|communications|construction|consulting|consumer goods|consumer services|
    cosmetics|defense|distribution|e-commerce|education|electronics|employment|energy|engineering|
    entertainment|environmental|events|fashion|finance|financial services|food & beverage|gaming|
    government|healthcare|hospitality|human resources|information technology|insurance|
    internet|investment banking|legal|leisure|logistics|machinery|management consulting|
    manufacturing|marketing|media|medical|medical devices|mining|music|non-profit|not for profit|
    oil & gas|packaging|pharmaceuticals|printing|professional services|public relations|publishing|
    real estate|recreation|recruiting|renewables|research|restaurants|retail|security|
    semiconductors|services|shipping|software|sports|staffing|supply chain|technology|
    telecommunications|textiles|tourism|transportation|travel|utilities|venture capital|
    warehousing|wholesale
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)

COUNTRIES = tuple(
    """
    Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|
    Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bermuda|
    Bhutan|Bolivia|Bosnia and Herzegovina|Botswana|Brazil|Brunei|Bulgaria|Burkina Faso|Burundi|
    Cambodia|Cameroon|Canada|Cape Verde|Cayman Islands|Central African Republic|Chad|Chile|China|
    Colombia|Comoros|Congo|Costa Rica|Croatia|Cuba|Cyprus|Czech Republic|Czechia|
    Democratic Republic of the Congo|Denmark|Djibouti|Dominica|Dominican Republic|East Timor|
    Ecuador|Egypt|El Salvador|England|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|
    Finland|France|Gabon|Gambia|Georgia|Germany|Ghana|Gibraltar|Great Britain|Greece|Greenland|
    Grenada|Guatemala|Guernsey|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hong Kong|Hungary|
    Iceland|India|Indonesia|Iran|Iraq|Ireland|Isle of Man|Israel|Italy|Ivory Coast|Jamaica|Japan|
    Jersey|Jordan|Kazakhstan|Kenya|Kiribati|Korea|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|
    Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Macau|Madagascar|Malawi|Malaysia|
    Maldives|Mali|Malta|Marshall Islands|Mauritania|Mauritius|Mexico|Micronesia|Moldova|Monaco|
    Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands|New Zealand|
    Nicaragua|Niger|Nigeria|North Korea|North Macedonia|Northern Ireland|Norway|Oman|Pakistan|
    Palau|Palestine|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Puerto Rico|
    Qatar|Republic of Korea|Romania|Russia|Rwanda|Saint Kitts and Nevis|Saint Lucia|
    Saint Vincent and the Grenadines|Samoa|San Marino|Sao Tome and Principe|Saudi Arabia|Scotland|
    Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia|Solomon Islands|Somalia|
    South Africa|South Korea|South Sudan|Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland|Syria|
    Taiwan|Tajikistan|Tanzania|Thailand|Togo|Tonga|Trinidad and Tobago|Tunisia|Turkey|Türkiye|
    Turkmenistan|Tuvalu|Uganda|Ukraine|United Arab Emirates|United Kingdom|United States|
    United States of America|Uruguay|Uzbekistan|Vanuatu|Vatican City|Venezuela|Vietnam|Viet Nam|
    Wales|Yemen|Zambia|Zimbabwe
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)

# Letters of other alphabets that a reader takes for Latin ones (Unicode TR 39, the common ones).
_ALIKE = dict(
    zip(
        "аеорсухіјѕԁһӏԛԝвкмнтгαεικνορτυχωβ",
        "aeopcyxijsdhlqwbkmhtraeiknoptuxwb",
        strict=True,
    )
)


def closest(key: str, names: Iterable[str]) -> str:
    """The known name that is close enough to `key`, "" when there is none."""
    digits = re.findall(r"\d+", key)
    near = difflib.get_close_matches(key, names, n=3, cutoff=CUTOFF)
    return next((name for name in near if re.findall(r"\d+", name) == digits), "")


def compact(name: str) -> str:
    """Letters and digits only: "GTX Pro" and "GTXPro" are one."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def lookalike(host: str) -> str:
    """The Latin host name that `host` imitates with letters of another alphabet, else ""."""
    labels = [_decoded(label) for label in host.casefold().split(".")]
    plain = [_latin(label) for label in labels]
    pairs = zip(labels, plain, strict=True)
    imitates = any(a != b and (b.isascii() or _is_mixed(a)) for a, b in pairs)
    return ".".join(plain) if imitates else ""


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _is_mixed(label: str) -> bool:
    """Latin letters beside Cyrillic or Greek ones: no language writes so."""
    alphabets = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()}
    return "LATIN" in alphabets and not alphabets.isdisjoint({"CYRILLIC", "GREEK"})


def _latin(label: str) -> str:
    return "".join(_ALIKE.get(letter, letter) for letter in label)
