"""What is remembered is read again when it is old and the allowance has room, and never all at once."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.aws.cache import Allowance, Cache


class Moved:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> int:
        self.reads += 1
        return self.reads


def test_a_fresh_value_is_not_read_again() -> None:
    clock, source = Moved(), Source()
    remembered = Cache[int](60, clock)
    assert [remembered.get("a", source), remembered.get("a", source)] == [1, 1]


def test_an_old_value_is_read_again() -> None:
    clock, source = Moved(), Source()
    remembered = Cache[int](60, clock)
    remembered.get("a", source)
    clock.now = 60.0
    assert remembered.get("a", source) == 2


def test_an_old_value_will_do_while_the_allowance_is_used_up() -> None:
    clock, source = Moved(), Source()
    remembered = Cache[int](60, clock, allowance=Allowance(2, 900, clock), calls=3)
    remembered.get("a", source)
    clock.now = 60.0
    assert remembered.get("a", source) == 1


def test_an_unknown_value_is_read_whatever_the_allowance_says() -> None:
    clock, source = Moved(), Source()
    remembered = Cache[int](60, clock, allowance=Allowance(0, 900, clock))
    assert remembered.get("a", source) == 1


def test_whoever_asks_for_a_newer_value_gets_it_whatever_the_allowance_says() -> None:
    clock, source = Moved(), Source()
    remembered = Cache[int](60, clock, allowance=Allowance(0, 900, clock))
    remembered.get("a", source)
    clock.now = 5.0
    assert remembered.get("a", source, max_age=5.0) == 2


def test_a_doubted_value_is_read_again_as_soon_as_there_is_room() -> None:
    clock, source = Moved(), Source()
    remembered = Cache[int](60, clock, allowance=Allowance(1, 900, clock))
    remembered.get("a", source)
    remembered.doubt("a")
    assert remembered.get("a", source) == 2
    remembered.doubt("a")
    assert remembered.get("a", source) == 2
    clock.now = 900.0
    assert remembered.get("a", source) == 3


@given(st.lists(st.tuples(st.floats(0, 2000), st.integers(0, 300)), max_size=20))
@example([(900.0, 0), (1.0, 1), (899.0, 1), (1.0, 100)])
def test_between_two_refills_no_more_is_spent_than_the_allowance_has(scans: list[tuple[float, int]]) -> None:
    clock, spent, refilled = Moved(), 0, 0.0
    allowance = Allowance(100, 900, clock)
    for pause, wanted in scans:
        clock.now += pause
        # It is refilled when it is asked, not on its own.
        if wanted and clock.now - refilled >= 900:
            spent, refilled = 0, clock.now
        spent += sum(allowance.take(1) for _ in range(wanted))
        assert spent <= 100
