from pathlib import Path

import pytest

from alerts.channels.slack import Slack
from alerts.discovery import channel_types
from alerts.settings import AlertSettings
from core.errors import ConfigError
from core.settings import Settings, load_settings


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, {"alerts": AlertSettings}, {"SLACK_TOKEN": "xoxb-1"})


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    return [str(problem) for problem in caught.value.problems]


def test_without_a_section_alerts_go_to_the_console(tmp_path: Path) -> None:
    settings = load(tmp_path, "").of(AlertSettings)
    [channel] = settings.receivers["default"].channels
    assert (channel.type, channel.ready) == ("console", True)


def test_a_secret_comes_from_the_environment_and_shows_nowhere(tmp_path: Path) -> None:
    text = """
alerts:
  receivers:
    default:
      channels: [{type: slack, token: "${SLACK_TOKEN}", channel: "#help"}]
"""
    [channel] = load(tmp_path, text).of(AlertSettings).receivers["default"].channels
    assert isinstance(channel, Slack)
    assert channel.token.get_secret_value() == "xoxb-1"
    assert "xoxb-1" not in repr(channel)
    assert channel.ready


def test_every_mistake_is_named_by_its_path(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
alerts:
  receivers:
    default:
      channels:
        - {type: slack, hots: x}
        - {type: pigeon}
        - {type: webhook, url: "ftp://example.org"}
        - just words
""",
    )
    start = "alerts.receivers.default.channels"
    assert found[0].startswith(f"{start}[0].hots: Extra inputs are not permitted")
    assert found[1].startswith(f"{start}[1]: Value error, there is no channel 'pigeon'")
    assert found[2].startswith(f"{start}[2].url: ")
    assert found[3].startswith(f"{start}[3]: Value error, a channel is a mapping")


def test_a_route_must_lead_to_a_receiver(tmp_path: Path) -> None:
    [found] = problems(tmp_path, "alerts: {route: {receiver: nobody}}")
    assert "route.receiver is 'nobody'; receivers has default" in found


def test_two_channels_of_a_receiver_need_two_names(tmp_path: Path) -> None:
    twice = "alerts: {receivers: {default: {channels: [{type: console}, {type: console%s}]}}}"
    [found] = problems(tmp_path, twice % "")
    assert "two channels are named console" in found
    both = load(tmp_path, twice % ", name: second").of(AlertSettings).receivers["default"]
    assert [channel.label for channel in both.channels] == ["console", "second"]


def test_an_empty_secret_means_not_configured() -> None:
    assert Slack(type="slack", channel="#help").missing() == "It has no token."
    assert not Slack(type="slack", channel="#help").ready


def test_every_channel_is_documented_and_named_after_its_file() -> None:
    for name, channel in channel_types().items():
        assert channel.model_fields["type"].default == name
        assert channel.__doc__
