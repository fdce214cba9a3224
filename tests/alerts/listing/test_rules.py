import pytest

from alerts.listing.rules import Asked, open_first, said


def test_a_group_opens_and_closes() -> None:
    asked = Asked(by="service", severity="critical", open=("sis",))
    assert asked.toggled("mail").open == ("sis", "mail")
    assert asked.toggled("sis").open == ()
    assert asked.closed.params == {"by": "service", "severity": "critical"}


def test_inside_a_group_the_list_is_narrowed_to_it() -> None:
    assert Asked(by="service", severity="info").inside("sis").params == {
        "severity": "info",
        "service": "sis",
    }
    assert Asked(by="receiver", open=("7",)).inside("7").params == {"group": "7"}


@pytest.mark.parametrize(
    ("asked", "status", "held_back"),
    [
        (Asked(), "", None),
        (Asked(status="resolved"), "resolved", None),
        (Asked(state="resolved"), "resolved", None),
        (Asked(state="active"), "firing", False),
        (Asked(state="suppressed", status="resolved"), "firing", True),
    ],
)
def test_a_state_asks_for_a_status(asked: Asked, status: str, held_back: bool | None) -> None:
    assert (asked.only_status, asked.held_back) == (status, held_back)


def test_only_so_many_groups_are_open() -> None:
    assert open_first(["a", "b", "a", "c"], 2) == ("b", "c")


@pytest.mark.parametrize(
    ("done", "asked", "sentence"),
    [
        (1, 1, "1 alert acknowledged."),
        (3, 3, "3 alerts acknowledged."),
        (2, 3, "2 alerts acknowledged. The other one is with somebody else, or no longer firing."),
        (1, 5, "1 alert acknowledged. The other 4 are with somebody else, or no longer firing."),
    ],
)
def test_what_was_done_is_said(done: int, asked: int, sentence: str) -> None:
    assert said(done, asked, "acknowledged") == sentence
