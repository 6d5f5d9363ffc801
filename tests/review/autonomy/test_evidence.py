"""The pure statistics: every figure of the vectors, what holds for any reviews, what is refused."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from review import evidence
from review.autonomy import machine

VECTORS = json.loads((Path(__file__).parents[2] / "data/autonomy/vectors.json").read_text())
ENOUGH = 5_000  # reviews, after which "never" is believed
Counts = list[tuple[float, int]]

REVIEWS: dict[str, Counts] = {
    "A: 100 unchanged": [(1.0, 100)],
    "B: 150 unchanged, 2 rejected": [(1.0, 150), (0.0, 2)],
    "D: 60 unchanged, 30 minor, 1 rejected": [(1.0, 60), (0.9, 30), (0.0, 1)],
    "F: 5 rejected": [(0.0, 5)],
    "G: 1900 unchanged, 80 minor, 20 major": [(1.0, 1900), (0.9, 80), (0.0, 20)],
}
# What comes as the n-th review, its target, and what the bet starts with.
COMING: dict[str, tuple[Callable[[int], float], float, float]] = {
    "all unchanged, target .95": (lambda n: 1.0, 0.95, 1.0),
    "all unchanged, target .90": (lambda n: 1.0, 0.90, 1.0),
    "all unchanged, target .80 (30 units bind)": (lambda n: 1.0, 0.80, 1.0),
    "every 50th rejected, target .95": (lambda n: float(n % 50 != 0), 0.95, 1.0),
    "every 5th minor else unchanged, target .95": (lambda n: 1.0 if n % 5 else 0.9, 0.95, 1.0),
    "every 20th rejected, target .95": (lambda n: float(n % 20 != 0), 0.95, 1.0),
    "all unchanged, target .95, credit sqrt20": (lambda n: 1.0, 0.95, math.sqrt(20)),
    "all unchanged, adjusted target (.95, miss .20)": (
        lambda n: 1.0, evidence.adjusted_target(0.95, 0.20), 1.0,
    ),
}  # fmt: skip


def near(value: float) -> Any:
    return pytest.approx(value, rel=0, abs=1e-9)


# --- the vectors ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VECTORS["evidence"])
def test_the_evidence_of_counted_reviews_is_the_vectors(name: str) -> None:
    stated, counts = VECTORS["evidence"][name], REVIEWS[name]
    for target in (90, 95):
        w = math.exp(evidence.log_evidence(counts, target / 100))
        assert w == pytest.approx(stated[f"W{target}"], rel=1e-9)
    assert evidence.log_evidence(counts, 0.95) == near(stated["logW95"])
    assert evidence.proven_score(counts) == near(stated["L95"])
    assert evidence.proven_score(counts, 100.0) == near(stated["L99"])
    assert evidence.upper_bound(counts) == near(stated["U95"])


@pytest.mark.parametrize("name", VECTORS["first_promotion_review"])
def test_a_lane_unlocks_at_the_review_of_the_vectors(name: str) -> None:
    coming, target, start = COMING[name]
    unlocking = (n for n, counts, last in looks(coming) if unlocks(counts, last, target, start))
    assert next(unlocking, None) == VECTORS["first_promotion_review"][name]


def looks(coming: Callable[[int], float]) -> Iterator[tuple[int, Counts, list[float]]]:
    """After each review: its number, the counts, the newest scores."""
    counts: Counter[float] = Counter()
    last: list[float] = []
    for n in range(1, ENOUGH):
        counts[coming(n)] += 1
        last = [*last, coming(n)][-machine.RUN :]
        yield n, list(counts.items()), last


def unlocks(counts: Counts, last: list[float], target: float, start: float) -> bool:
    """A credit is no part of the first version's rules: of that row the odds alone are asked."""
    if start == 1.0:
        return machine.unlocks(counts, last, target, 0)
    return evidence.reaches(evidence.log_evidence(counts, target, start))


@pytest.mark.parametrize("name", VECTORS["alarm_meter"])
def test_the_alarm_meter_runs_as_in_the_vectors(name: str) -> None:
    scores, target = name.split(" at ")
    meter, found = 1.0, []
    for score in scores.split(","):
        meter = evidence.alarm_step(meter, float(score), float(target))
        found.append(meter)
    assert found == near(VECTORS["alarm_meter"][name])


def test_the_vectors_run_the_meter_over_at_their_seventh_verdict() -> None:
    track = machine.Track(machine.AUTO)
    states = []
    for score in (1, 1, 1, 0, 1, 0, 0):
        track = machine.after(track, score, 0.95)
        states.append(track.state)
    assert states == ["auto"] * 3 + ["tightened"] * 3 + ["review"]


def test_the_single_figures_are_the_vectors() -> None:
    breakeven = VECTORS["breakeven_target(review,error,miss)"]
    assert evidence.adjusted_target(0.95, 0.20) == near(VECTORS["adjusted_target"]["(.95,.20)"])
    missed = VECTORS["miss_upper_bound"]
    assert evidence.missed_upper_bound(12, 100) == near(missed["12 of 100"])
    assert evidence.missed_upper_bound(0, 20) == near(missed["0 of 20"])
    assert evidence.gwet_ac1(90, 4, 3, 3) == near(VECTORS["gwet_ac1"]["90,4,3,3"])
    assert evidence.breakeven_target(1.5, 30) == near(breakeven["1.5,30,0"])
    assert evidence.breakeven_target(1.5, 30, 0.2) == near(breakeven["1.5,30,.2"])


@pytest.mark.parametrize("draft", VECTORS["audit_draw key=test-key"])
def test_a_draft_draws_the_number_of_the_vectors(draft: str) -> None:
    drawn = VECTORS["audit_draw key=test-key"][draft]
    assert evidence.audit_draw("test-key", draft) == near(drawn)
    assert evidence.audit_due("test-key", draft, drawn + 1e-9)
    assert not evidence.audit_due("test-key", draft, drawn - 1e-9)


def test_every_part_of_the_vectors_is_read_here() -> None:
    assert VECTORS.keys() == {
        "evidence", "first_promotion_review", "alarm_meter", "adjusted_target", "miss_upper_bound",
        "gwet_ac1", "breakeven_target(review,error,miss)", "audit_draw key=test-key",
    }  # fmt: skip
    assert VECTORS["evidence"].keys() == REVIEWS.keys()
    assert VECTORS["first_promotion_review"].keys() == COMING.keys()


# --- what holds for any reviews -------------------------------------------------------------------

scores = st.integers(0, 10_000).map(lambda x: x / 10_000)  # units are rounded to so many digits
targets = st.floats(0.05, 0.999)
reviews = st.lists(st.tuples(scores, st.integers(0, 300)), max_size=8)


@given(reviews, targets, st.randoms())
def test_evidence_is_free_of_order_and_of_how_it_is_counted(
    counts: Counts, target: float, random: Random
) -> None:
    """To the bit in any order; one by one instead of by the dozen to 1e-9."""
    w = evidence.log_evidence(counts, target)
    shuffled = random.sample(counts, len(counts))
    assert evidence.log_evidence(shuffled, target) == w
    single = [(x, 1) for x, n in shuffled for _ in range(n)]
    assert evidence.log_evidence(single, target) == pytest.approx(w, rel=1e-9, abs=1e-9)
    assert evidence.proven_score(shuffled) == evidence.proven_score(counts)


@given(reviews, targets, targets)
def test_evidence_decreases_in_the_target(counts: Counts, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert evidence.log_evidence(counts, high) <= evidence.log_evidence(counts, low) + 1e-9


@given(st.integers(1, 300), targets, targets)
def test_it_decreases_in_earnest_once_anything_went_well(n: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(high - low > 1e-6)
    assert evidence.log_evidence([(1.0, n)], high) < evidence.log_evidence([(1.0, n)], low)


@given(reviews, scores, targets)
def test_skipped_reviews_never_raise_it(counts: Counts, score: float, target: float) -> None:
    """A skipped review is counted nought times."""
    skipped = [*counts, (score, 0)]
    assert evidence.log_evidence(skipped, target) == evidence.log_evidence(counts, target)
    assert evidence.proven_score(skipped) == evidence.proven_score(counts)


@given(reviews, st.sampled_from([20.0, 40.0, 100.0]))
def test_the_proven_score_is_the_last_target_that_the_reviews_beat(
    counts: Counts, odds: float
) -> None:
    proven = evidence.proven_score(counts, odds)
    assert 0.0 <= proven <= 1.0
    if proven > 1e-6:
        assert evidence.reaches(evidence.log_evidence(counts, proven), odds)
    above = min(1.0, proven + 1e-9)
    if above > proven:
        assert not evidence.reaches(evidence.log_evidence(counts, above), odds)


@given(reviews)
def test_no_more_is_proven_than_was_seen(counts: Counts) -> None:
    many = sum(n for _, n in counts)
    mean = math.fsum(x * n for x, n in counts) / many if many else 0.0
    assert evidence.proven_score(counts) <= mean + 1e-9
    assert evidence.upper_bound(counts) >= mean - 1e-9


@given(reviews, targets)
def test_an_unchanged_draft_more_speaks_for_it_and_a_rejection_against(
    counts: Counts, target: float
) -> None:
    w = evidence.log_evidence(counts, target)
    assert evidence.log_evidence([*counts, (1.0, 1)], target) > w - 1e-9
    assert evidence.log_evidence([*counts, (0.0, 1)], target) < w
    proven = evidence.proven_score(counts)
    assert evidence.proven_score([*counts, (1.0, 1)]) >= proven - 1e-9
    assert evidence.proven_score([*counts, (0.0, 1)]) <= proven + 1e-9


@given(reviews, targets)
def test_a_fair_bet_wins_nothing_on_average(counts: Counts, target: float) -> None:
    """What makes W a test: at the target itself one more review leaves its mean as it is."""
    w = evidence.log_evidence(counts, target)
    good = math.exp(evidence.log_evidence([*counts, (1.0, 1)], target) - w)
    bad = math.exp(evidence.log_evidence([*counts, (0.0, 1)], target) - w)
    assert target * good + (1 - target) * bad == pytest.approx(1.0, rel=1e-9)


@given(reviews, targets, st.integers(0, 4))
def test_a_lost_trust_asks_for_twice_as_much(counts: Counts, target: float, lost: int) -> None:
    last = [1.0] * machine.RUN
    if machine.unlocks(counts, last, target, lost + 1):
        assert machine.unlocks(counts, last, target, lost)
    assert machine.odds(lost + 1) == 2 * machine.odds(lost)


@given(st.lists(scores, max_size=60), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_meter_stays_a_meter(found: list[float], target: float) -> None:
    """It never falls below 0.9, and falls at a good verdict when it is above 1."""
    meter = 1.0
    for score in found:
        before, meter = meter, evidence.alarm_step(meter, score, target)
        assert meter >= 0.9
        if score >= target:
            assert meter <= max(before, 1.0)
        else:
            assert meter > 0.9 * max(before, 1.0)


@given(st.lists(scores, max_size=80), st.sampled_from(["review", "auto", "tightened", "paused"]))
def test_a_lane_moves_along_its_declared_ways(found: list[float], state: str) -> None:
    ways = {
        ("auto", "tightened"), ("auto", "review"), ("tightened", "auto"), ("tightened", "review"),
    }  # fmt: skip
    track = machine.Track(state)
    for score in found:
        before, track = track, machine.after(track, score, 0.95)
        assert track.state == before.state or (before.state, track.state) in ways
        assert (track.state == "review") <= (before.state == "review" or track.meter >= 19.99)
        assert track.clean < machine.RUN


@given(st.integers(0, 100), st.integers(0, 100))
def test_what_reviewers_may_miss_is_more_than_they_missed(missed: int, caught: int) -> None:
    bound = evidence.missed_upper_bound(missed, missed + caught)
    assert bound >= missed / max(missed + caught, 1) - 1e-9
    assert evidence.missed_upper_bound(missed, missed + caught + 1) <= bound + 1e-9


@given(st.floats(0.01, 1.0), targets)
def test_reviews_still_needed_are_positive_or_never(rate: float, target: float) -> None:
    needed = evidence.eta_reviews(rate, target)
    assert needed > 0
    assert evidence.eta_reviews(target, target) == math.inf


def test_the_reviews_still_needed_are_about_what_it_takes() -> None:
    """The mean path of the design's table: 237 reviews at 98 % against a target of 95 %."""
    assert 96 * 0.6 < evidence.eta_reviews(1.0, 0.95) < 96
    assert 150 < evidence.eta_reviews(0.98, 0.95) < 350


def test_audits_are_drawn_as_often_as_they_should_be() -> None:
    many = 4_000
    for fraction in (0.05, 0.1, 0.25):
        drawn = sum(evidence.audit_due("key", number, fraction) for number in range(many))
        error = math.sqrt(fraction * (1 - fraction) / many)
        assert abs(drawn / many - fraction) <= 3 * error


@pytest.mark.parametrize(
    ("tolerated", "ceiling", "audits", "share"),
    [(9, 2, 0, 0.2), (9, 2, 99, 0.2), (9, 2, 100, 0.1), (4, 2, 100, 0.2), (9, 1, 100, 0.25),
     (0, 2, 100, 1.0), (99, 2, 100, 0.05), (9, 0, 100, 1.0)],
)  # fmt: skip
def test_the_audited_share_follows_tolerance_ceiling_and_age(
    tolerated: float, ceiling: int, audits: int, share: float
) -> None:
    assert machine.audited(tolerated, ceiling, audits) == near(share)


def test_two_who_always_agree_agree_wholly() -> None:
    assert evidence.gwet_ac1(50, 0, 0, 0) == near(1.0)
    assert evidence.gwet_ac1(0, 25, 25, 0) < 0
    assert math.isnan(evidence.gwet_ac1(0, 0, 0, 0))


# --- what is refused ------------------------------------------------------------------------------

NAN = math.nan
GOOD = [(1.0, 40)]
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: evidence.log_evidence(GOOD, 0), "target is 0; it has to be above 0 and at most 1."),
    (lambda: evidence.log_evidence(GOOD, 101), "target is 101; .* at most 1."),
    (lambda: evidence.log_evidence(GOOD, NAN), "target is nan; .* above 0 and at most 1."),
    (lambda: evidence.log_evidence(GOOD, 0.9, 0), "start is 0; it has to be above 0"),
    (lambda: evidence.log_evidence(GOOD, 0.9, NAN), "start is nan; it has to be above 0"),
    (lambda: evidence.log_evidence([(1.0, -1)], 0.9), "count is -1; it has to be 0 or more"),
    (lambda: evidence.log_evidence([(1.0, NAN)], 0.9), "count is nan; it has to be 0 or more"),
    (lambda: evidence.log_evidence([(101, 1)], 0.9), "score is 101; .* at least 0 and at most 1."),
    (lambda: evidence.log_evidence([(NAN, 1)], 0.9), "score is nan; .* at least 0 and at most 1."),
    (lambda: evidence.proven_score([(-0.1, 1)]), "score is -0.1; .* at least 0"),
    (lambda: evidence.proven_score(GOOD, 0), "odds is 0; it has to be above 0"),
    (lambda: evidence.proven_score(GOOD, NAN), "odds is nan; it has to be above 0"),
    (lambda: evidence.upper_bound([(1.0, -3)]), "count is -3; it has to be 0 or more"),
    (lambda: evidence.missed_upper_bound(3, 2), "missed is 3; .* between 0 and the 2 planted."),
    (lambda: evidence.missed_upper_bound(-1, 2), "missed is -1; .* between 0 and the 2 planted."),
    (lambda: evidence.missed_upper_bound(NAN, 2), "missed is nan; .* between 0 and"),
    (lambda: evidence.adjusted_target(0, 0.2), "target is 0; it has to be above 0"),
    (lambda: evidence.adjusted_target(0.95, 1.2), "missed is 1.2; .* at least 0 and at most 1."),
    (lambda: evidence.alarm_step(NAN, 1, 0.95), "meter is nan; it has to be 0 or more"),
    (lambda: evidence.alarm_step(1, 101, 0.95), "score is 101; .* at most 1."),
    (lambda: evidence.alarm_step(1, 1, 1), "target is 1; it has to be above 0 and below 1."),
    (lambda: evidence.alarm_step(1, 1, 0), "target is 0; it has to be above 0 and below 1."),
    (lambda: evidence.audit_due("key", 1, 0), "fraction is 0; it has to be above 0 and at most 1."),
    (lambda: evidence.audit_due("key", 1, 101), "fraction is 101; .* at most 1."),
    (lambda: evidence.audit_fraction(-1), "tolerated is -1; it has to be 0 or more"),
    (lambda: evidence.audit_fraction(NAN), "tolerated is nan; it has to be 0 or more"),
    (lambda: evidence.eta_reviews(101, 0.95), "rate is 101; .* at most 1."),
    (lambda: evidence.eta_reviews(0.98, 0), "target is 0; it has to be above 0"),
    (lambda: evidence.breakeven_target(-1, 30), "review_cost is -1; it has to be 0 or more"),
    (lambda: evidence.breakeven_target(1, 0), "error_cost is 0; it has to be above 0"),
    (lambda: evidence.breakeven_target(1, NAN), "error_cost is nan; it has to be above 0"),
    (lambda: evidence.breakeven_target(1, 30, 1), "missed is 1; .* at least 0 and below 1."),
    (lambda: evidence.gwet_ac1(1, -1, 0, 0), "count is -1; it has to be 0 or more"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_no_number_can_be_is_refused_with_its_range(
    call: Callable[[], object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_nothing_reviewed_proves_nothing() -> None:
    assert evidence.log_evidence([], 0.95) == near(0.0)
    assert evidence.proven_score([]) == 0.0
    assert evidence.upper_bound([]) == 1.0
    assert evidence.missed_upper_bound(0, 0) == 1.0
