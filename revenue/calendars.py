"""When people are at work: hours, weekends and public holidays of the place where they sit.

Everything is counted in the place's own clock and given back as a moment, so that a switch to
summer time moves nothing. What is not known of a place, the next best thing says: `place_of`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# All countries at once, and now: else the first mail of a process waits for them under its locks.
import holidays.countries

from revenue import clock, countries
from revenue.models import Account, Contact, User, Workspace

UTC = ZoneInfo("UTC")
NO_ZONE = ("", "UTC")  # a person who never signed in has the second
MIDNIGHT = time()
LONGEST = 40  # days that nobody is closed for in a row
NEAR = timedelta(days=6)  # so near a weekday names one day


def zone_of(*names: str) -> ZoneInfo:
    """The first of these zones that exists; UTC when none does."""
    for name in names:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # "", "../etc", a name that nobody knows
            continue
    return UTC


def today(person: User) -> date:
    """The day that it is where this person reads their times."""
    return day_at(clock.now(), person)


def day_at(moment: datetime, person: User) -> date:
    return moment.astimezone(zone_of(person.time_zone)).date()


@dataclass(frozen=True)
class Place:
    """`country` is an ISO 3166 code, or "" where none is known: then there are no holidays."""

    zone: ZoneInfo
    country: str = ""

    @property
    def name(self) -> str:
        return self.zone.key.rpartition("/")[2].replace("_", " ")


def place_of(
    contact: Contact | None, account: Account, owner: User | None, company: Workspace
) -> Place:
    """Where a buyer sits, the first that is known: their own zone, the account's country, the
    owner's zone, the company's.

    In a country with several zones the owner's counts if it is one of them, else the one where
    most people live. Holidays are those of the country in which the zone lies.
    """
    there = countries.named(account.billing_country)
    ours = owner.time_zone if owner and owner.time_zone not in NO_ZONE else ""
    within = there.zones if there else ()
    near = ours if ours in within else next(iter(within), "")
    zone = zone_of(contact.time_zone if contact else "", near, ours, company.time_zone)
    lies_in = countries.of_zone(zone.key) or there
    return Place(zone, lies_in.code if lies_in else company.country)


@dataclass(frozen=True)
class Hours:
    """From and until when, by the clock on the wall; both midnight: round the clock."""

    opens: time
    closes: time
    on_weekends: bool = False
    on_holidays: bool = False


def hours_of(company: Workspace) -> Hours:
    return Hours(
        company.opens_at, company.closes_at, company.sends_on_weekends, company.sends_on_holidays
    )


@dataclass(frozen=True)
class Calendar:
    """The working hours of one place."""

    place: Place
    hours: Hours

    def is_open(self, moment: datetime) -> bool:
        return self.opening(moment) == moment

    def opening(self, moment: datetime) -> datetime:
        """The moment itself while it is open, else the next one at which it opens."""
        first = moment.astimezone(self.place.zone).date()
        for day in (first + timedelta(days=number) for number in range(LONGEST)):
            if not self._is_closed(day) and moment < self._at(day, self.hours.closes, is_end=True):
                return max(moment, self._at(day, self.hours.opens))
        return moment + timedelta(days=1)

    def after(self, moment: datetime, working: timedelta) -> datetime:
        """When so much time has passed since then in which it was open."""
        at = self.opening(moment)
        for _ in range(LONGEST):
            left = max(self._closing(at) - at, timedelta())
            if working <= left:
                break
            at, working = self.opening(at + left), working - left
        return at + working

    def _closing(self, moment: datetime) -> datetime:
        day = moment.astimezone(self.place.zone).date()
        return self._at(day, self.hours.closes, is_end=True)

    def _at(self, day: date, clock: time, *, is_end: bool = False) -> datetime:
        """A day ends at the midnight that follows it. In the hour that a switch leaves out, the
        moment after it; of one that comes twice, the first."""
        day += timedelta(days=int(is_end and clock == MIDNIGHT))
        return datetime.combine(day, clock, self.place.zone).astimezone(UTC)

    def day_off(self, day: date) -> str:
        """Why nobody there works on this day, or ""."""
        return self._weekend(day) or self._holiday(day)

    def _is_closed(self, day: date) -> bool:
        """The same, unless mail may leave on such a day."""
        weekend, holiday = self._weekend(day), self._holiday(day)
        hours = self.hours
        return bool((weekend and not hours.on_weekends) or (holiday and not hours.on_holidays))

    def _weekend(self, day: date) -> str:
        return f"{day:%A}" if day.weekday() in _weekend(self.place.country) else ""

    def _holiday(self, day: date) -> str:
        return _holidays(self.place.country, day.year).get(day, "")

    def why_closed(self, moment: datetime) -> str:
        """A sentence for a moment at which it is not open; the same for all of a night or day."""
        day = moment.astimezone(self.place.zone).date()
        if self._is_closed(day):
            return f"It is {self._holiday(day) or self._weekend(day)} in {self.place.name}."
        return f"It is outside working hours in {self.place.name}."

    def business_day_after(self, day: date) -> date:
        for after in (day + timedelta(days=number) for number in range(1, LONGEST)):
            if not self.day_off(after):
                return after
        return day + timedelta(days=1)

    def start_of(self, day: date) -> datetime:
        """When work begins on that day, or on the next day of work."""
        return self.opening(self._at(day, MIDNIGHT))

    def said(self, moment: datetime, now: datetime) -> str:
        """ "Mon 08:30 in Chicago": the moment as it is there; with its date when it is far."""
        local, today = moment.astimezone(self.place.zone), now.astimezone(self.place.zone)
        day = f"{local:%a %-d %b} "
        if moment - now < NEAR:
            day = "" if local.date() == today.date() else f"{local:%a} "
        return f"{day}{local:%H:%M} in {self.place.name}"


def of(contact: Contact | None, account: Account, company: Workspace) -> Calendar:
    return Calendar(place_of(contact, account, account.owner, company), hours_of(company))


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> dict[date, str]:
    """Public holidays of the whole country, with the days on which they are kept instead."""
    if country not in holidays.list_supported_countries():
        return {}
    found = holidays.country_holidays(country)
    language = "en_US" if "en_US" in found.supported_languages else None
    return dict(holidays.country_holidays(country, years=year, language=language))


@lru_cache(maxsize=512)
def _weekend(country: str) -> frozenset[int]:
    """Weekdays by number, Monday 0; Friday and Saturday in some countries."""
    if country not in holidays.list_supported_countries():
        return frozenset({5, 6})
    return frozenset(holidays.country_holidays(country).weekend)
