"""Which contacts are sensitive: executives, legal, security, press, by title or by flag.

A title is read in English, German, French, Spanish, Portuguese, Italian and Dutch, without its
accents and marks. In doubt it counts: a mail that a person reads for nothing costs a minute.
"""

import re
import unicodedata

from revenue.models import Contact

EXECUTIVES = (
    r"chief|c[a-z]{1,2}o|president[ae]?|chair\w*|(?:co)?founder|owner|proprietor|board|trustee"
    r"|managing (?:director|member|partner|principal)|executive director|general manager|evp|gm|md"
    r"|(?:equity|founding|senior) partner(?! manager)|director general|company secretary"
    r"|geschae?ftsfue?hr\w*|geschae?ftsleit\w*|vorstae?nd\w*|aufsichtsrat\w*|inhaber\w*"
    r"|gesellschafter\w*|prae?sident\w*|pdg|gerante?|fondateur|fondatrice"
    r"|direct(?:eur|rice|ora?) general\w*|directora? ejecutiv[ao]|diretora? geral|gerente general"
    r"|consejer[ao] delegad[ao]|fundador\w*|propietari[ao]|amministrat\w+ delegat[ao]"
    r"|dirett(?:ore|rice) generale|fondat(?:ore|rice)|titolare"
    r"|algemeen directeur|eigenaar|oprichter|bestuur\w*"
)
LEGAL = (
    r"counsel|legal|attorney|lawyer|solicitor|barrister|paralegal|notary|compliance|privacy"
    r"|data protection|dpo|gdpr|\w*anwae?lt\w*|jurist\w*|juridi\w+|justi[tz]iar\w*|recht|syndikus"
    r"|rechtsabteilung|datenschutz\w*|avocate?|abogad[ao]|avvocat[ao]|advocaat"
    r"|conformi(?:dad|ta|te)"
)
SECURITY = (
    r"security|infosec|cyber\w*|sicherheit|(?:it ?|informations)sicherheit\w*|securite"
    r"|(?:ciber)?seguridad|(?:ciber)?seguranca|sicurezza|beveiliging"
)
PRESS = (
    r"press\w?|media|journalist\w*|reporter|spokes\w+|(?:managing|news) editor|pr"
    r"|(?:corporate|public) affairs|(?:investor|public) relations|communications?"
    r"|presse\w+|\w*kommunikation|communicatie|comunicacion|comunicazione|prensa|stampa|woordvoerder"
)
SENSITIVE = re.compile(rf"\b(?:{EXECUTIVES}|{LEGAL}|{SECURITY}|{PRESS})\b")
ORDINARY = re.compile(r"\b(?:(?<!executive )vice president|product owner|unified communications)\b")
INITIAL = re.compile(r"\b(\w)\.(?: (?=\w\.))?")  # of "C.E.O." and "C. E. O."


def is_sensitive(contact: Contact) -> bool:
    return contact.is_sensitive or title_is_sensitive(contact.title)


def title_is_sensitive(title: str) -> bool:
    return bool(SENSITIVE.search(ORDINARY.sub("", _plain(title))))


def _plain(title: str) -> str:
    """Words in small letters without accents, abbreviations without dots."""
    apart = unicodedata.normalize("NFKD", title).casefold()
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", INITIAL.sub(r"\1", bare))
