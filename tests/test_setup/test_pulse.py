"""When a worker counts as stuck."""

from django.db import OperationalError

from review.management.pulse import EVERY, Pulse


class Worker:
    """Answers after `age` seconds, on a clock that a test turns by hand."""

    def __init__(self, age: float | None = 1.0) -> None:
        self.now = 1000.0
        self.answer = age
        self.asked = 0
        self.pulse = Pulse(self.ask, self.age, stale_after=30, clock=lambda: self.now)

    def ask(self) -> None:
        self.asked += 1

    def age(self) -> float | None:
        if self.answer == "no database":
            raise OperationalError
        return self.answer

    def stale_after(self, seconds: float, *, started: float = 0.0) -> bool:
        self.now += seconds
        return self.pulse.is_stale(started=started)


def test_a_worker_that_answers_is_left_alone() -> None:
    worker = Worker()
    assert not any(worker.stale_after(EVERY) for _ in range(20))


def test_a_worker_that_never_answers_is_stuck_after_the_time_given() -> None:
    worker = Worker(age=None)
    assert not worker.stale_after(29)
    assert worker.stale_after(2)


def test_a_worker_that_falls_silent_is_stuck() -> None:
    worker = Worker()
    worker.stale_after(EVERY)
    worker.answer = None
    assert worker.stale_after(31)


def test_a_new_worker_gets_the_whole_time_to_its_first_answer() -> None:
    worker = Worker(age=None)
    assert not worker.stale_after(40, started=1020.0)


def test_an_old_answer_of_the_worker_before_does_not_count_against_a_new_one() -> None:
    worker = Worker(age=3600.0)
    assert not worker.stale_after(40, started=1020.0)


def test_a_clock_that_jumps_ahead_does_not_make_a_worker_look_stuck() -> None:
    worker = Worker()
    worker.stale_after(EVERY)
    worker.answer = 8 * 3600.0
    assert not worker.stale_after(EVERY)


def test_without_a_database_the_worker_is_not_blamed() -> None:
    worker = Worker()
    worker.answer = "no database"
    assert not any(worker.stale_after(EVERY) for _ in range(20))


def test_the_worker_is_asked_once_in_a_while_and_not_every_round() -> None:
    worker = Worker()
    for _ in range(40):
        worker.stale_after(EVERY / 20)
    assert worker.asked == 2
