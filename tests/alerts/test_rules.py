from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import AlertChange, AlertState, badness, fingerprint, merge

TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LABELS = {"alertname": "TooManyWithoutSchedule", "school": "S-0012", "severity": "critical"}

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
label_sets = st.dictionaries(words, words, max_size=6)


def report(status: str = "firing", at: datetime = TEN, value: str = "") -> AlertChange:
    return AlertChange(LABELS, {"value": value}, status, at)


def firing(value: str = "") -> AlertState:
    state = merge(None, report(value=value))
    assert state is not None
    return state


def resolved() -> AlertState:
    state = merge(firing(), report("resolved", TEN + MINUTE))
    assert state is not None
    return state


def test_the_fingerprint_is_that_of_prometheus() -> None:
    labels = {"alertname": "SISLoginDown", "service": "sis", "severity": "critical"}
    assert fingerprint(labels) == "bb84c40b1102185a"


def test_the_fingerprint_of_no_labels_is_the_offset_of_fnv() -> None:
    assert fingerprint({}) == "cbf29ce484222325"


@given(label_sets)
def test_the_order_of_labels_and_empty_ones_do_not_matter(labels: dict[str, str]) -> None:
    shuffled = dict(reversed(labels.items()))
    assert fingerprint({**shuffled, "nothing here at all": ""}) == fingerprint(labels)


@given(label_sets, label_sets)
def test_other_labels_have_another_fingerprint(one: dict[str, str], two: dict[str, str]) -> None:
    assert (fingerprint(one) == fingerprint(two)) is (one == two)


def test_an_alert_needs_a_label_and_a_status() -> None:
    with pytest.raises(ValueError, match="at least one label"):
        AlertChange({"school": ""}, {}, "firing", TEN)
    with pytest.raises(ValueError, match="pending"):
        AlertChange(LABELS, {}, "pending", TEN)


def test_the_first_report_begins_an_episode() -> None:
    state = firing(value="11")
    assert (state.status, state.starts_at, state.ends_at) == ("firing", TEN, None)
    assert state.fingerprint == fingerprint(LABELS)


def test_the_same_report_again_says_nothing() -> None:
    assert merge(firing(value="11"), report(at=TEN + MINUTE, value="11")) is None


def test_newer_annotations_win_and_the_start_stays() -> None:
    state = merge(firing(value="11"), report(at=TEN + MINUTE, value="12"))
    assert state is not None
    assert (state.annotations["value"], state.starts_at) == ("12", TEN)
    assert state.updated_at == TEN + MINUTE


def test_a_report_older_than_the_known_one_is_discarded() -> None:
    assert merge(firing(value="11"), report(at=TEN - MINUTE, value="9")) is None
    assert merge(firing(), report("resolved", TEN - MINUTE)) is None


def test_resolving_ends_the_episode() -> None:
    state = resolved()
    assert (state.status, state.starts_at, state.ends_at) == ("resolved", TEN, TEN + MINUTE)


def test_resolving_what_does_not_fire_says_nothing() -> None:
    assert merge(None, report("resolved")) is None
    assert merge(resolved(), report("resolved", TEN + 2 * MINUTE)) is None


def test_firing_again_is_a_new_episode() -> None:
    state = merge(resolved(), report(at=TEN + 5 * MINUTE))
    assert state is not None
    assert (state.status, state.starts_at, state.ends_at) == ("firing", TEN + 5 * MINUTE, None)


def test_a_late_report_does_not_reopen_what_is_resolved() -> None:
    assert merge(resolved(), report(at=TEN)) is None


def test_worst_means_severity_then_value_then_alphabet() -> None:
    alerts = [
        ({"severity": "warning"}, {"value": "99", "summary": "d"}),
        ({"severity": "critical"}, {"value": "11", "summary": "b"}),
        ({"severity": "critical"}, {"value": "11", "summary": "a"}),
        ({"severity": "critical"}, {"value": "200", "summary": "c"}),
        ({}, {"value": "not a number", "summary": "e"}),
    ]
    ordered = sorted(alerts, key=lambda alert: badness(*alert))
    assert [annotations["summary"] for _, annotations in ordered] == list("cabde")


def test_a_report_has_the_fingerprint_of_its_labels_without_empty_ones() -> None:
    report = AlertChange({"alertname": "Down", "team": ""}, {}, "firing", TEN)
    assert report.fingerprint == fingerprint({"alertname": "Down"})
