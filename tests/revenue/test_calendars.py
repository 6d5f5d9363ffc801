"""Working hours, weekends and holidays by the clock of the place, through every switch."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from revenue import calendars, countries
from revenue.calendars import Calendar, Hours, Place
from revenue.models import Account, Contact, User, Workspace

OFFICE = Hours(time(9), time(17))


def calendar(zone: str = "America/Chicago", country: str = "US", hours: Hours = OFFICE) -> Calendar:
    return Calendar(Place(ZoneInfo(zone), country), hours)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        pytest.param("2026-06-10 14:00", "2026-06-10 14:00", id="at work"),
        pytest.param("2026-06-10 13:59", "2026-06-10 14:00", id="a minute before"),
        pytest.param("2026-06-10 21:59", "2026-06-10 21:59", id="the last minute"),
        pytest.param("2026-06-10 22:00", "2026-06-11 14:00", id="closing time"),
        pytest.param("2026-06-12 23:00", "2026-06-15 14:00", id="Friday evening"),
        pytest.param("2026-06-14 15:00", "2026-06-15 14:00", id="Sunday"),
        pytest.param("2026-11-26 16:00", "2026-11-27 15:00", id="Thanksgiving"),
        pytest.param("2026-12-24 23:30", "2026-12-28 15:00", id="Christmas, then a weekend"),
        pytest.param("2027-12-31 23:30", "2028-01-03 15:00", id="over the year's end"),
    ],
)
def test_it_opens_where_the_buyer_sits(now: str, opens: str) -> None:
    assert calendar().opening(utc(now)) == utc(opens)
    assert calendar().is_open(utc(now)) == (now == opens)


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        pytest.param("2026-06-10 14:00", 4, "2026-06-10 18:00", id="within a day"),
        pytest.param("2026-06-10 14:00", 8, "2026-06-10 22:00", id="until closing time"),
        pytest.param("2026-06-10 20:00", 4, "2026-06-11 16:00", id="over night"),
        pytest.param("2026-06-12 21:00", 4, "2026-06-15 17:00", id="over a weekend"),
        pytest.param("2026-06-13 12:00", 1, "2026-06-15 15:00", id="begun on a Saturday"),
        pytest.param("2026-06-08 14:00", 40, "2026-06-12 22:00", id="a week"),
        pytest.param("2026-11-25 22:00", 5, "2026-11-27 19:00", id="over Thanksgiving"),
        pytest.param("2026-10-30 18:00", 8, "2026-11-02 19:00", id="over the end of summer time"),
    ],
)
def test_working_time_passes_while_it_is_open(start: str, hours: int, ends: str) -> None:
    assert calendar().after(utc(start), timedelta(hours=hours)) == utc(ends)


def test_round_the_clock_every_hour_counts() -> None:
    always = Hours(time(), time(), on_weekends=True, on_holidays=True)
    start = utc("2026-12-24 20:00")
    assert calendar(hours=always).after(start, timedelta(hours=30)) == start + timedelta(hours=30)


def test_hours_that_never_open_end_somewhere() -> None:
    never = Hours(time(17), time(9))
    start = utc("2026-06-10 14:00")
    assert calendar(hours=never).after(start, timedelta(hours=4)) > start


@pytest.mark.parametrize(
    ("zone", "country", "before", "after"),
    [
        # Friday and Monday around the switches of 2026; 09:00 there is another moment in UTC.
        ("America/Chicago", "US", "2026-03-06 15:00", "2026-03-09 14:00"),
        ("America/Chicago", "US", "2026-10-30 14:00", "2026-11-02 15:00"),
        ("Europe/Berlin", "DE", "2026-03-27 08:00", "2026-03-30 07:00"),
        ("Europe/Berlin", "DE", "2026-10-23 07:00", "2026-10-26 08:00"),
        ("Australia/Lord_Howe", "AU", "2026-04-02 22:00", "2026-04-06 22:30"),  # half an hour
        ("Australia/Adelaide", "AU", "2026-10-01 23:30", "2026-10-04 22:30"),
    ],
)
def test_nine_is_nine_on_both_sides_of_a_switch(
    zone: str, country: str, before: str, after: str
) -> None:
    there = calendar(zone, country, Hours(time(9), time(17), on_holidays=True))
    assert there.is_open(utc(before))
    assert not there.is_open(utc(before) - timedelta(minutes=1))
    assert there.is_open(utc(after))
    assert not there.is_open(utc(after) - timedelta(minutes=1))
    assert there.opening(utc(after) - timedelta(hours=12)) == utc(after)


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("Asia/Kolkata", "2026-06-11 03:30"),
        ("Asia/Kathmandu", "2026-06-11 03:15"),
        ("America/St_Johns", "2026-06-11 11:30"),
        ("Pacific/Chatham", "2026-06-10 20:15"),
    ],
)
def test_a_zone_of_half_and_quarter_hours(zone: str, opens: str) -> None:
    there = calendar(zone, "")
    assert there.opening(utc(opens) - timedelta(hours=1)) == utc(opens)


def test_an_hour_that_a_switch_leaves_out_opens_after_it() -> None:
    nights = calendar(hours=Hours(time(2, 30), time(6), on_weekends=True))
    assert nights.opening(utc("2026-03-08 07:00")) == utc("2026-03-08 08:30")  # 03:30 by then


def test_an_hour_that_comes_twice_opens_the_first_time() -> None:
    nights = calendar(hours=Hours(time(1, 30), time(6), on_weekends=True))
    assert nights.opening(utc("2026-11-01 05:00")) == utc("2026-11-01 06:30")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2028-02-28 23:30", "2028-02-29 15:00"),
        ("2028-02-29 23:30", "2028-03-01 15:00"),
        ("2027-02-26 23:30", "2027-03-01 15:00"),
    ],
)
def test_the_twenty_ninth_of_february_is_a_day_like_any_other(now: str, opens: str) -> None:
    assert calendar().opening(utc(now)) == utc(opens)


def test_the_business_day_after_a_leap_day() -> None:
    assert calendar().business_day_after(date(2028, 2, 29)) == date(2028, 3, 1)
    assert calendar().business_day_after(date(2028, 2, 28)) == date(2028, 2, 29)


def test_a_weekend_is_another_one_elsewhere() -> None:
    israel = calendar("Asia/Jerusalem", "IL")
    assert israel.day_off(date(2026, 6, 12)) == "Friday"
    assert israel.day_off(date(2026, 6, 14)) == ""
    assert calendar("Europe/Berlin", "DE").day_off(date(2026, 6, 14)) == "Sunday"


def test_a_holiday_that_falls_on_a_weekend_is_kept_on_the_day_instead() -> None:
    assert "Independence Day" in calendar().day_off(date(2026, 7, 3))


def test_without_a_country_there_are_weekends_and_no_holidays() -> None:
    assert calendar("UTC", "").day_off(date(2026, 12, 25)) == ""
    assert calendar("UTC", "").day_off(date(2026, 12, 26)) == "Saturday"


def test_round_the_clock_is_always_open() -> None:
    always = calendar(hours=Hours(time(), time(), on_weekends=True, on_holidays=True))
    for hours in range(24 * 14):
        assert always.is_open(utc("2026-12-20 00:00") + timedelta(hours=hours))


def test_until_midnight_is_the_end_of_the_day() -> None:
    late = calendar(hours=Hours(time(20), time()))
    assert late.is_open(utc("2026-06-11 04:59"))
    assert not late.is_open(utc("2026-06-11 05:00"))


def test_a_business_day_is_the_buyers_even_where_mail_leaves_on_weekends() -> None:
    eager = calendar(hours=Hours(time(9), time(17), on_weekends=True, on_holidays=True))
    assert eager.business_day_after(date(2026, 6, 12)) == date(2026, 6, 15)
    assert eager.business_day_after(date(2026, 11, 25)) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-06-10 15:30", "10:30 in Chicago"),
        ("2026-06-11 14:00", "Thu 09:00 in Chicago"),
        ("2026-06-22 14:00", "Mon 22 Jun 09:00 in Chicago"),
    ],
)
def test_a_moment_is_said_as_it_is_there(moment: str, words: str) -> None:
    assert calendar().said(utc(moment), utc("2026-06-10 12:00")) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-06-10 03:00", "It is outside working hours in Chicago."),
        ("2026-06-13 15:00", "It is Saturday in Chicago."),
        ("2026-11-26 16:00", "It is Thanksgiving Day in Chicago."),
    ],
)
def test_why_it_is_closed_is_said_in_words(moment: str, words: str) -> None:
    assert calendar().why_closed(utc(moment)) == words


# --- where somebody sits --------------------------------------------------------------------------

COMPANY = Workspace(time_zone="Europe/London", country="GB")


def place(
    zone: str = "", country: str = "", owner: str = "UTC", company: Workspace = COMPANY
) -> Place:
    account = Account(name="Condax", billing_country=country)
    return calendars.place_of(Contact(time_zone=zone), account, User(time_zone=owner), company)


@pytest.mark.parametrize(
    ("place_of", "zone", "country"),
    [
        pytest.param({"zone": "Europe/Berlin", "country": "United States"}, "Europe/Berlin", "DE",
                     id="their own zone, and its country's holidays"),
        pytest.param({"country": "Kenya", "owner": "America/Chicago"}, "Africa/Nairobi", "KE",
                     id="the account's country"),
        pytest.param({"country": "USA", "owner": "America/Los_Angeles"}, "America/Los_Angeles",
                     "US", id="of several zones the owner's"),
        pytest.param({"country": "United States", "owner": "Europe/Paris"}, "America/New_York",
                     "US", id="of several zones the one of most people"),
        pytest.param({"country": "Atlantis", "owner": "Europe/Paris"}, "Europe/Paris", "FR",
                     id="the owner's"),
        pytest.param({}, "Europe/London", "GB", id="the company's"),
        pytest.param({"zone": "Mars/X", "country": "de"}, "Europe/Berlin", "DE",
                     id="no zone at all"),
        pytest.param({"zone": "UTC", "country": "Japan"}, "UTC", "JP", id="a zone of no country"),
        pytest.param({"company": Workspace()}, "UTC", "", id="nothing is known"),
    ],
)  # fmt: skip
def test_where_a_buyer_sits(place_of: dict, zone: str, country: str) -> None:
    found = place(**place_of)
    assert (found.zone.key, found.country) == (zone, country)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"), ("deutschland", "DE"), ("DE", "DE"), ("U.S.A.", "US"),
        ("South Korea", "KR"), ("Korea", "KR"), ("United Kingdom", "GB"), ("Côte d'Ivoire", "CI"),
        ("cote divoire", "CI"), ("Panama", "PA"), ("Romania", "RO"), ("Jordan", "JO"),
    ],
)  # fmt: skip
def test_a_country_is_known_as_people_write_it(text: str, code: str) -> None:
    assert countries.named(text).code == code


@pytest.mark.parametrize("text", ["", "Narnia", "United", "-", "XX"])
def test_what_is_no_country_is_none(text: str) -> None:
    assert countries.named(text) is None


def test_every_zone_of_the_list_exists_and_lies_in_one_country() -> None:
    zones = [zone for code, _ in countries.choices() for zone in countries.named(code).zones]
    assert len(zones) == len(set(zones)) > 400
    assert all(ZoneInfo(zone) for zone in zones)
