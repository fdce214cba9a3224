"""The state machine, told as sequences of measurements a minute apart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.rules import Policy, Standing, State, Status, Verdict, advance, first_standing
from sis.calendars.rules import instant

START = datetime(2015, 1, 12, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NETWORK = Policy(attempts=3, clears=2)
DATA = Policy(attempts=1, clears=2)

LETTERS = {
    "+": Verdict(Status.OK),
    "~": Verdict(Status.OK, clears=False),
    "-": Verdict(Status.FAIL),
    "?": Verdict(Status.UNKNOWN),
}
STATES = {
    "o": State.OK,
    "p": State.PENDING,
    "f": State.FIRING,
    "r": State.RESOLVED,
    "u": State.UNKNOWN,
}


def _walk(verdicts: Sequence[Verdict], policy: Policy) -> list[Standing]:
    """One measurement a minute."""
    standings = [first_standing(START)]
    for number, verdict in enumerate(verdicts):
        standings.append(advance(standings[-1], verdict, policy, START + number * MINUTE))
    return standings[1:]


def _letters(text: str, policy: Policy) -> str:
    found = _walk([LETTERS[letter] for letter in text], policy)
    names = {state: letter for letter, state in STATES.items()}
    return "".join(names[one.state] for one in found)


@pytest.mark.parametrize(
    ("policy", "measured", "states"),
    [
        pytest.param(DATA, "+-", "of", id="a data probe fires at once"),
        pytest.param(NETWORK, "---+", "ppff", id="a network probe needs three in a row"),
        pytest.param(NETWORK, "--+--", "ppopp", id="a pending one is dropped in silence"),
        pytest.param(NETWORK, "--?-", "ppuf", id="unknown neither counts nor resets"),
        pytest.param(DATA, "-+-++", "ffffr", id="two good ones in a row resolve"),
        pytest.param(DATA, "-+~++", "ffffr", id="a value between the thresholds starts over"),
        pytest.param(DATA, "-?++", "fffr", id="a firing one stays firing while unknown"),
        pytest.param(DATA, "-+?+", "fffr", id="unknown does not break a row of good ones"),
        pytest.param(DATA, "~~", "oo", id="between the thresholds and not firing is ok"),
        pytest.param(DATA, "+?+", "ouo", id="unknown is shown when nothing fires"),
        pytest.param(DATA, "-++-", "ffrf", id="a resolved one can fire again"),
        pytest.param(DATA, "-++?+", "ffruo", id="a resolved one can become unknown"),
        pytest.param(DATA, "-++" + "+" * 15, "ff" + "r" * 15 + "o", id="resolved lasts 15 min"),
        pytest.param(
            replace(DATA, hold_for=3 * MINUTE), "----", "pppf", id="for: three minutes pending"
        ),
        pytest.param(
            replace(DATA, keep_firing_for=4 * MINUTE),
            "-+++++",
            "fffffr",
            id="keep_firing_for: four minutes good",
        ),
        pytest.param(
            replace(DATA, keep_firing_for=2 * MINUTE),
            "-++-+++",
            "ffffffr",
            id="a failure starts keep_firing_for again",
        ),
    ],
)
def test_sequences(policy: Policy, measured: str, states: str) -> None:
    assert _letters(measured, policy) == states


def test_a_failure_before_it_is_due_is_pending_and_fires_on_the_second() -> None:
    due_at = START + 2 * MINUTE
    early = Verdict(Status.FAIL, due_at)
    standing = advance(first_standing(START), early, DATA, START)
    standing = advance(standing, early, DATA, due_at - timedelta(seconds=1))
    assert (standing.state, standing.active_at) == (State.PENDING, START)
    standing = advance(standing, early, DATA, due_at)
    assert (standing.state, standing.since, standing.active_at) == (State.FIRING, due_at, START)


def test_yesterdays_alert_clears_before_todays_hour() -> None:
    """The scheduler was down from noon to the next morning."""
    firing = Standing(State.FIRING, START - timedelta(days=1), failures=1)
    early = Verdict(Status.FAIL, START + timedelta(hours=2), clears=True)
    first = advance(firing, early, DATA, START)
    assert advance(first, early, DATA, START + MINUTE).state is State.RESOLVED


def test_since_and_active_at_survive_an_unknown_spell() -> None:
    found = _walk([LETTERS[letter] for letter in "--?-"], NETWORK)
    assert [one.active_at for one in found] == [START] * 4
    assert found[2].unknown_since == START + 2 * MINUTE
    assert found[3].unknown_since is None


def test_a_stored_standing_goes_on_where_it_stopped() -> None:
    """A restart loses nothing, because the standing is all there is."""
    whole = _walk([LETTERS[letter] for letter in "--+---?-++"], NETWORK)
    stored = whole[4]
    again = [stored]
    for number, letter in enumerate("-?-++"):
        again.append(advance(again[-1], LETTERS[letter], NETWORK, START + (5 + number) * MINUTE))
    assert again[1:] == whole[5:]


@given(st.text(alphabet="+~-?", max_size=40), st.integers(1, 3), st.integers(1, 3))
def test_it_fires_only_by_failures_and_ends_only_by_good_ones(
    measured: str, attempts: int, clears: int
) -> None:
    states = _letters(measured, Policy(attempts=attempts, clears=clears))
    for number, (before, after) in enumerate(zip("o" + states, states, strict=False)):
        if after == "f" != before:
            assert measured[number] == "-"
            assert measured[: number + 1].replace("?", "").endswith("-" * attempts)
        if before == "f" != after:
            assert (after, measured[number]) == ("r", "+")
            assert measured[: number + 1].replace("?", "").endswith("+" * clears)
        if measured[number] == "?":
            assert after in "uf"


@pytest.mark.parametrize(
    ("night", "offset_hours"),
    [
        pytest.param(date(2015, 3, 8), 7, id="clocks go forward"),
        pytest.param(date(2015, 11, 1), 8, id="clocks go back"),
        pytest.param(date(2015, 1, 12), 8, id="winter"),
    ],
)
def test_ten_in_the_morning_after_both_nights_when_clocks_change(
    night: date, offset_hours: int
) -> None:
    due_at = instant(night, time(10, 0), "America/Los_Angeles")
    assert due_at == datetime(night.year, night.month, night.day, 10 + offset_hours, tzinfo=UTC)
    failing = Verdict(Status.FAIL, due_at)
    before = advance(first_standing(START), failing, DATA, due_at - timedelta(microseconds=1))
    assert before.state is State.PENDING
    assert advance(before, failing, DATA, due_at).state is State.FIRING
