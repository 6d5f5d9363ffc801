"""The invented company and its book, as data: who is who, and how long ago everything was.

Every address lies in a domain that is reserved for examples (RFC 2606). Days count back from the
day on which the demo is planted.
"""

from dataclasses import dataclass

from revenue.workspace import INVENTED

DOMAIN = "tidewater.example"
COMPANY = {
    **INVENTED,
    "sender_domain": DOMAIN,
    "offer": "Small servers and backup for offices that have no computer room.",
    "voice": "Short and plain. One question at the end.",
}
TEAM = "Demo team"
# role, user name, password, first name, last name
PEOPLE = (
    ("rep", "rep", "countersign-rep", "Nora", "Falk"),
    ("manager", "manager", "countersign-manager", "Tomas", "Reyes"),
    ("admin", "admin", "countersign-admin", "Ines", "Okafor"),
)
# name, series, list price in US dollars
PRODUCTS = (
    ("Atlas 200", "Atlas", "1150.00"),
    ("Atlas 400", "Atlas", "4900.00"),
    ("Relay Mini", "Relay", "320.00"),
    ("Relay Pro", "Relay", "890.00"),
    ("Vault S", "Vault", "2400.00"),
)
CLAIMS = (
    ("Atlas 200", "Atlas 200 runs without a fan, so it can stand in an office"),
    ("Atlas 400", "Atlas 400 draws less than 60 watts at full load"),
    ("Relay Pro", "Relay Pro arrives configured for your network"),
    ("Vault S", "Vault S comes with three years of on-site service"),
)


@dataclass(frozen=True)
class Person:
    first: str
    last: str
    title: str
    role: str = ""
    zone: str = "America/Chicago"
    opted_out: bool = False


@dataclass(frozen=True)
class Deal:
    """`days`: how long ago it began, and for a closed one how long ago it ended."""

    product: str
    stage: str
    days: tuple[int, ...]
    amount: str = ""


@dataclass(frozen=True)
class Note:
    text: str
    source: str
    days: int
    url: str = ""


@dataclass(frozen=True)
class Visit:
    page: str
    visitor: str


@dataclass(frozen=True)
class Duty:
    """What the owner has to do by the day so many days ago; a promise was given to the first
    person."""

    words: str
    days: int = 0
    is_promise: bool = False


@dataclass(frozen=True)
class Company:
    """`sent_days` is how long ago the owner wrote to the first person; `reply` what came back;
    `meets` is what they meet about on the day itself."""

    name: str
    industry: str
    employees: int
    revenue_millions: int
    country: str
    people: tuple[Person, ...]
    deals: tuple[Deal, ...]
    notes: tuple[Note, ...] = ()
    visits: tuple[Visit, ...] = ()
    subject: str = ""
    letter: str = ""
    sent_days: int = 0
    reply: str = ""
    meets: str = ""
    duties: tuple[Duty, ...] = ()
    owner: str = "rep"
    is_strategic: bool = False

    @property
    def domain(self) -> str:
        return "".join(c for c in self.name.lower() if c.isalnum()) + ".example"


BOOK = (
    Company(
        "Brindle and Sons", "retail", 340, 62, "United States",
        (
            Person("Grace", "Abara", "Operations Manager", "evaluator"),
            Person("Paul", "Brindle", "Chief Executive", "economic buyer"),
        ),
        (
            Deal("Atlas 200", "prospecting", (6,)),
            Deal("Relay Mini", "won", (260, 231), "1280.00"),
        ),
        (
            Note("Brindle and Sons opened a second store in Joliet", "Call with Grace Abara", 19),
            Note("The budget for the year is set in March", "Call with Grace Abara", 19),
        ),
    ),
    Company(
        "Calder Clinics", "medical", 720, 140, "United States",
        (Person("Imani", "Stroud", "IT Manager", "champion", "America/New_York"),),
        (
            Deal("Vault S", "prospecting", (9,)),
            Deal("Relay Pro", "won", (420, 391), "2670.00"),
            Deal("Atlas 200", "lost", (300, 270)),
        ),
        (Note("Calder Clinics runs four sites on one backup", "Visit to the Akron site", 44),),
    ),
    Company(
        "Fernhill Studios", "entertainment", 95, 18, "Canada",
        (Person("Luc", "Marchetti", "Production Systems Lead", "user", "America/Toronto"),),
        (Deal("Atlas 400", "prospecting", (3,)),),
        (
            Note(
                "Fernhill Studios moved to a new building in Hamilton", "Fernhill's news page", 12,
                "https://fernhillstudios.example/news/hamilton",
            ),
        ),
    ),
    Company(
        "Oakline Software", "software", 210, 41, "United States",
        (
            Person("Dana", "Whitlock", "Head of IT", "champion", "America/Denver", opted_out=True),
            Person("Samir", "Haddad", "Infrastructure Engineer", "evaluator", "America/Denver"),
        ),
        (
            Deal("Relay Pro", "prospecting", (14,)),
            Deal("Relay Mini", "won", (510, 480), "640.00"),
        ),
    ),
    Company(
        "Pennant Telecom", "telecommunications", 2600, 910, "United Kingdom",
        (
            Person("Rosalind", "Keane", "Procurement Manager", "economic buyer", "Europe/London"),
            Person("Tariq", "Bose", "Network Operations Lead", "user", "Europe/London"),
        ),
        (
            Deal("Atlas 400", "prospecting", (11,)),
            Deal("Relay Pro", "won", (610, 585), "8900.00"),
            Deal("Atlas 200", "won", (205, 176), "4600.00"),
        ),
    ),
    Company(
        "Marlow Finance", "finance", 480, 210, "United States",
        (Person("Helen", "Voss", "Finance Systems Manager", "evaluator", "America/New_York"),),
        (
            Deal("Vault S", "engaging", (38,), "7200.00"),
            Deal("Atlas 200", "won", (330, 298), "2300.00"),
        ),
    ),
    Company(
        "Sable Marketing", "marketing", 64, 9, "Germany",
        (Person("Jonas", "Ried", "Office and Facilities Manager", "user", "Europe/Berlin"),),
        (Deal("Relay Pro", "engaging", (24,), "1780.00"),),
    ),
    Company(
        "Harrow Staffing", "employment", 150, 33, "United States",
        (Person("Bea", "Lindqvist", "Regional Manager", "champion", "America/Los_Angeles"),),
        (Deal("Atlas 200", "engaging", (41,), "3450.00"),),
        subject="Atlas 200 for the branch offices",
        letter=(
            "Hello Bea,\n\nas promised, the figures for three Atlas 200. Which branch would you"
            " start with?\n\nNora"
        ),
        sent_days=18,
        duties=(Duty("Ask which branch begins", days=1),),
    ),
    Company(
        "Juniper Leisure", "services", 1150, 88, "United States",
        (Person("Owen", "Tate", "Purchasing Manager", "economic buyer", "America/Chicago"),),
        (
            Deal("Vault S", "engaging", (20,), "4800.00"),
            Deal("Relay Mini", "won", (700, 671), "960.00"),
        ),
        subject="Vault S for two sites",
        letter=(
            "Hello Owen,\n\nyou asked for two Vault S, one for each site. Shall I put both on one"
            " offer?\n\nNora"
        ),
        sent_days=3,
        reply=(
            "Hello Nora,\n\nthanks, that sounds good, let us go on with both sites. What do you"
            " need from us?\n\nOwen"
        ),
    ),
    Company(
        "Kestrel Instruments", "technology", 560, 120, "United States",
        (Person("Mira", "Solano", "Plant Systems Manager", "evaluator", "America/Phoenix"),),
        (Deal("Atlas 400", "prospecting", (5,)),),
        visits=(Visit("/atlas-400/specifications", "Mira Solano"),),
    ),
    Company(
        "Linden Hospital Group", "medical", 9400, 1800, "United States",
        (Person("Victor", "Amsel", "Purchasing Director", "economic buyer", "America/New_York"),),
        (
            Deal("Vault S", "engaging", (52,), "96000.00"),
            Deal("Relay Pro", "won", (450, 402), "35600.00"),
        ),
        is_strategic=True,
    ),
    Company(
        "Vesper Services", "services", 130, 24, "Ireland",
        (Person("Aoife", "Lennon", "Office Manager", "user", "Europe/Dublin"),),
        (Deal("Relay Mini", "won", (64, 41), "1600.00"),),
        (Note("Vesper Services opens a second office in Cork", "Call with Aoife Lennon", 12),),
        meets="How the Relay Minis do",
        duties=(Duty("Bring the guide for a second office", is_promise=True),),
    ),
    Company(
        "Quarry Outfitters", "retail", 275, 39, "United States",
        (Person("Hank", "Delgado", "Store Systems Manager", "user", "America/Denver"),),
        (Deal("Atlas 200", "prospecting", (8,)),),
        owner="",
    ),
)  # fmt: skip
