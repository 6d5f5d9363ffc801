"""The design's tables, played again in short through the product's own rules."""

import json
import math
from collections import deque
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command

from review import proof
from review.autonomy import machine
from review.proof import chance, promotion
from review.proof.figures import Estimate, Figure, median, share

PATHS = 2_000
SEED = 1  # of three dozen figures one lies three errors off now and then, under another seed


def off(figures: list[Figure]) -> list[Figure]:
    return [figure for figure in figures if not figure.agrees]


def test_a_class_no_better_than_its_target_is_promoted_once_in_twenty_at_most() -> None:
    figures = proof.run(["promotion"], paths=PATHS, seed=SEED)["promotion"]
    found = promotion.false_promotions(figures)
    assert found.value <= 0.05 + 3 * found.error
    assert off(figures) == []
    naive = {one.rule: one.found for one in figures if one.what == promotion.AT_TARGET}
    loose = [rule for rule, found in naive.items() if found.value > 0.05 + 3 * found.error]
    assert loose == list(promotion.RULES)[1:]  # each of the naive rules is found out


def test_a_class_that_becomes_bad_is_stopped_as_soon_as_stated() -> None:
    figures = proof.run(["drift"], paths=PATHS, seed=SEED)["drift"]
    assert off(figures) == []


def test_what_leaves_in_the_long_run_is_as_stated() -> None:
    figures = proof.run(["longrun"], paths=300, seed=SEED)["longrun"]
    assert off(figures) == []


@pytest.mark.parametrize("name", promotion.RULES)
@pytest.mark.parametrize("quality", [0.90, 0.95, 0.98])
def test_looks_that_are_skipped_would_have_changed_nothing(name: str, quality: float) -> None:
    for number in range(6):
        seed = f"{number}/{quality}"
        skipping = promotion.path(Random(seed), quality=quality, rules={name: rule_of(name)})
        assert skipping == [every_look(Random(seed), name, quality)]


def rule_of(name: str) -> promotion.Rule:
    return promotion.RULES[name]


def every_look(random: Random, name: str, quality: float) -> int:
    """The same reviews one by one, with a look after each."""
    good = bad = run = 0
    last: deque[float] = deque(maxlen=machine.RUN)
    gap = chance.before(random, 1 - quality)
    for number in range(1, promotion.LOOKS + 1):
        is_good = run < gap
        good, bad = good + is_good, bad + (not is_good)
        run = run + 1 if is_good else 0
        last.append(float(is_good))
        if not is_good:
            gap = chance.before(random, 1 - quality)
        if name == promotion.DESIGN:
            counts = [(1.0, good), (0.0, bad)]
            unlocks = machine.unlocks(counts, list(last), promotion.TARGET, 0)
        else:
            unlocks = rule_of(name)(good, bad, run)
        if unlocks:
            return number
    return 0


def test_the_same_seed_gives_the_same_figures_on_any_number_of_processes() -> None:
    out = StringIO()
    call_command("simulate_autonomy", "--table", "drift", "--paths", "260", "--seed", "7",
                 "--processes", "2", "--json", stdout=out)  # fmt: skip
    there = json.loads(out.getvalue())["tables"]["drift"]
    here = proof.run(["drift"], paths=260, seed=7)["drift"]
    assert [row["found"] for row in there] == [figure.found.value for figure in here]
    other = proof.run(["drift"], paths=260, seed=8)["drift"]
    assert [figure.found for figure in other] != [figure.found for figure in here]


def test_the_table_is_printed_with_what_is_stated_beside_what_was_found() -> None:
    out = StringIO()
    call_command("simulate_autonomy", "--table", "drift", "--paths", "100", "--processes", "1",
                 stdout=out)  # fmt: skip
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("Drift. True rate 0.98")
    assert lines[1].split() == ["rule", "stated", "found", "±", "error", "agrees"]
    assert lines[2].startswith("  this design")
    assert " 80 " in lines[2]
    assert len({len(line.rstrip("yesNO")) for line in lines[2:-2]}) == 1  # aligned


@pytest.mark.parametrize(
    ("given", "words"),
    [(("--paths", "0"), "--paths is 0; it has to be 100 or more."),
     (("--processes", "0"), "--processes is 0; it has to be 1 or more.")],
)  # fmt: skip
def test_too_few_paths_or_processes_are_refused(given: tuple[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("simulate_autonomy", *given)


def test_a_figure_agrees_within_three_errors_of_both_and_the_rounding() -> None:
    def figure(found: float, error: float, runs: int = 20_000) -> Figure:
        return Figure("a rule", "a share", 0.045, 0.001, Estimate(found, error, runs))

    assert figure(0.0454, 0.0).agrees
    assert not figure(0.0456, 0.0).agrees
    assert figure(0.045 + 4 * 0.0015, 0.0015).agrees  # theirs was drawn, too
    assert not figure(0.045 + 5 * 0.0015, 0.0015).agrees


def test_what_never_happened_is_infinite_and_what_is_sure_has_an_error() -> None:
    assert median([1, 2, math.inf, math.inf, math.inf]).value == math.inf
    assert 0 < share([True] * 100).error < 0.02
    assert share([False, True]).value == 0.5
