"""The routing tree: which way labels take, and why."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.routing.rules.trace import Outcome, trace
from alerts.routing.rules.tree import find_routes, groups_of
from alerts.routing.settings import RouteSettings

TREE: dict[str, Any] = {
    "receiver": "default",
    "group_by": ["alertname", "school"],
    "routes": [
        {"matchers": ["service=sis"], "receiver": "sis", "continue": True},
        {
            "matchers": ["severity=critical"],
            "group_by": ["..."],
            "routes": [{"matchers": ['school=~"19.*"'], "receiver": "east"}, {"receiver": "west"}],
        },
        {"matchers": ["severity=~critical|warning"], "receiver": "desk"},
    ],
}
ROOT = RouteSettings.model_validate(TREE).resolved()


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ({}, ["default"]),
        ({"service": "sis"}, ["sis"]),
        ({"service": "sis", "severity": "warning"}, ["sis", "desk"]),
        ({"severity": "critical", "school": "1999"}, ["east"]),
        ({"severity": "critical", "school": "2019"}, ["west"]),
        ({"severity": "info"}, ["default"]),
    ],
)
def test_an_alert_takes_the_first_child_that_matches_unless_it_continues(
    labels: Mapping[str, str], receivers: list[str]
) -> None:
    assert [route.receiver for route in find_routes(ROOT, labels)] == receivers


@given(
    st.dictionaries(
        st.sampled_from(["service", "severity", "school"]),
        st.sampled_from(["", "sis", "critical", "warning", "1901"]),
    )
)
def test_the_explanation_takes_the_routes_that_are_taken(labels: dict[str, str]) -> None:
    taken = [step.route for step in trace(ROOT, labels) if step.outcome is Outcome.TAKEN]
    assert taken == find_routes(ROOT, labels)
    assert len(trace(ROOT, labels)) == 6


def test_every_step_says_why() -> None:
    steps = trace(ROOT, {"severity": "critical", "school": "1999"})
    assert [(step.depth, step.outcome.value) for step in steps] == [
        (0, "entered"),
        (1, "no_match"),
        (1, "entered"),
        (2, "taken"),
        (2, "not_asked"),
        (1, "not_asked"),
    ]
    assert steps[1].reason == "service=\"sis\" does not match: the alert has service=''"
    assert steps[-1].reason == 'the route {severity="critical"} before it does not continue'


def test_a_group_is_known_by_alertmanagers_key() -> None:
    labels = {"alertname": "Down", "severity": "warning", "service": 'a"b'}
    [group] = groups_of(ROOT, labels)
    assert group.key == '{}/{severity=~"critical|warning"}:{alertname="Down"}'
    [every] = groups_of(ROOT, {**labels, "severity": "critical"})
    expected = '{alertname="Down", service="a\\"b", severity="critical"}'
    assert every.key == f'{{}}/{{severity="critical"}}/{{}}:{expected}'
