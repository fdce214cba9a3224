import pytest
from pydantic import ValidationError

from alerts.escalation.chain import Chain, freeze, thaw
from tests.alerts.support import settings_of

WHOLE = [
    {"notify": {"schedule": "sis"}},
    {"wait": "5m"},
    {"notify": {"round_robin": ["ana", "ben"]}},
    {"if_time_between": {"from": "07:00", "to": "17:00", "zone": "America/Los_Angeles"}},
    {"if_more_than": {"alerts": 20, "within": "10m"}},
    {"notify": {"webhook": "https://example.org/hook"}},
    {"repeat": 3},
]


def test_a_running_chain_keeps_its_steps_as_they_were() -> None:
    chain = Chain.model_validate(WHOLE)
    assert thaw(freeze(chain.steps)) == chain.steps
    assert freeze(chain.steps)[1] == {"wait": "300s"}


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([], "at least 1"),
        ([{"wait": "5m"}], "needs a step that notifies"),
        ([{"wait": "5m", "notify": {"user": "ana"}}], "exactly one of wait, notify"),
        ([{"notify": {}}], "exactly one of user, schedule"),
        ([{"notify": {"user": "ana", "team": "sis"}}], "this one says 2"),
        ([{"notify": {"user": "ana"}}, {"repeat": 2}], "repeats needs a wait"),
        ([{"repeat": 2}, {"wait": "5m"}, {"notify": {"user": "ana"}}], "the last step"),
        ([{"notify": {"user": "ana"}}, {"wait": "5m"}, {"repeat": 6}], "less than or equal to 5"),
        ([{"notify": {"user": "ana"}}, {"wait": "soon"}], "write a duration"),
        (
            [
                {"notify": {"user": "ana"}},
                {"if_time_between": {"from": "07:00", "to": "07:00", "zone": "UTC"}},
            ],
            "leave the step out",
        ),
        (
            [
                {"notify": {"user": "ana"}},
                {"if_time_between": {"from": "07:00", "to": "08:00", "zone": "Moon/Crater"}},
            ],
            "no IANA time zone",
        ),
    ],
)
def test_a_chain_that_cannot_work_is_refused(steps: list[object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Chain.model_validate(steps)


def test_what_a_chain_names_has_to_be_there() -> None:
    chain = [{"notify": {"team": "sis"}}, {"notify": {"receiver": "nowhere"}}]
    with pytest.raises(ValidationError) as refused:
        settings_of({"type": "console"}, escalations={"urgent": chain})
    text = str(refused.value)
    assert "escalations.urgent[0].notify.team is 'sis'; teams has none" in text
    assert "escalations.urgent[1].notify.receiver is 'nowhere'; receivers has default" in text
