import pytest

from alerts.channels.apprise import Apprise
from core.errors import ProviderError
from tests.alerts.support import TOOLS, Answer, answering, notification


def apprise(url: str) -> Apprise:
    return Apprise.model_validate({"type": "apprise", "url": url})


def test_a_service_of_the_long_tail_is_told() -> None:
    with answering(Answer()) as provider:
        address = provider.url.replace("http://", "json://")
        assert apprise(address).deliver(notification(20), TOOLS) == "accepted"
    [request] = provider.requests
    sent = request.json()
    assert sent["title"].startswith("FIRING: 20 schools")
    assert sent["type"] == "failure"
    assert sent["message"].splitlines()[0] == (
        "- firing: School 20: 30 students without a schedule (limit 10)"
    )
    assert "and 8 more" in sent["message"]


def test_a_refusal_is_tried_again_and_says_what_apprise_says() -> None:
    with answering(Answer(500)) as provider, pytest.raises(ProviderError) as caught:
        apprise(provider.url.replace("http://", "json://")).deliver(notification(), TOOLS)
    assert not caught.value.permanent
    assert "500" in str(caught.value)


def test_an_address_that_apprise_does_not_know_is_final() -> None:
    with pytest.raises(ProviderError, match="does not understand the url") as caught:
        apprise("pigeon://loft").deliver(notification(), TOOLS)
    assert caught.value.permanent


def test_the_secret_in_the_address_shows_nowhere() -> None:
    assert "s3cret" not in repr(apprise("json://user:s3cret@127.0.0.1/"))
