"""What config.yaml may say of probes, and how it is told what is wrong."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.settings import Settings, load_settings
from monitors.discovery import probe_types
from monitors.probes import http, scheduling_completeness
from monitors.settings import ProbesSettings, list_probes, option_names
from monitors.surface import SURFACE

HTTP = "  - {name: web, type: http, url: 'http://127.0.0.1/'}\n"


def _load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return load_settings(path, SURFACE.settings, {"VAR": str(tmp_path)})


def _problems(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as refused:
        _load(tmp_path, text)
    return [(problem.path, problem.wrong) for problem in refused.value.problems]


def test_an_entry_gets_the_defaults_of_its_type(tmp_path: Path) -> None:
    text = "probes:\n" + HTTP + "  - {name: ten, type: scheduling_completeness, after: '09:30'}\n"
    web, ten = list_probes(_load(tmp_path, text))
    assert (web.policy.attempts, web.alert, web.severity) == (3, "HttpFailing", "warning")
    assert isinstance(web.options, http.Options)
    assert (ten.policy.attempts, ten.policy.clears) == (1, 2)
    assert isinstance(ten.options, scheduling_completeness.Options)
    assert (ten.options.over, ten.options.clear_at, ten.options.after) == (10, 8, time(9, 30))


def test_an_entry_may_say_otherwise(tmp_path: Path) -> None:
    text = (
        "probes:\n  - {name: web, type: http, url: 'http://127.0.0.1/', every: 5m, attempts: 1, "
        "for: 90s, clears: 1, keep_firing_for: 1h, severity: critical, alert: PortalDown, "
        "service: portal, time_limit: 30s, timeout: 3s}\n"
    )
    [web] = list_probes(_load(tmp_path, text))
    assert (web.every, web.time_limit) == (timedelta(minutes=5), timedelta(seconds=30))
    assert (web.policy.hold_for, web.policy.keep_firing_for) == (
        timedelta(seconds=90),
        timedelta(hours=1),
    )
    assert (web.alert, web.service, web.severity) == ("PortalDown", "portal", "critical")


def test_a_probe_can_be_switched_off(tmp_path: Path) -> None:
    settings = _load(tmp_path, "probes:\n" + HTTP.replace("}", ", enabled: false}"))
    assert list_probes(settings) == ()
    assert len(settings.of(ProbesSettings).root) == 1


def test_no_probes_at_all_are_fine(tmp_path: Path) -> None:
    assert list_probes(_load(tmp_path, "{}")) == ()


def test_an_unknown_option_is_named_with_what_the_type_takes(tmp_path: Path) -> None:
    text = "probes:\n" + HTTP + HTTP.replace("web", "x") + HTTP.replace("web", "y")
    text += "  - {name: z, type: http, url: 'http://a.example/', hots: 1}\n"
    with pytest.raises(ConfigError) as refused:
        _load(tmp_path, text)
    assert str(refused.value.problems[0]).startswith(
        "probes[3]: unknown option hots; http takes body, online_check, status, timeout, url."
    )


def test_every_problem_of_every_probe_is_told_at_once(tmp_path: Path) -> None:
    text = """
probes:
  - {name: web, type: http, url: "ftp://x", every: soon, tmeout: 1s}
  - {name: Big Name, type: scheduling_completeness, over: -1}
  - {name: late, type: scheduling_completeness, after: 10:00}
  - {name: upside, type: scheduling_completeness, over: 3, clear_at: 5}
  - {name: odd, type: smtp}
  - {name: none}
  - just a word
"""
    found = _problems(tmp_path, text)
    assert [path for path, _ in found] == [
        "probes[0]",
        "probes[0].every",
        "probes[0].url",
        "probes[1].name",
        "probes[1].over",
        "probes[2].after",
        "probes[3]",
        "probes[4]",
        "probes[5]",
        "probes[6]",
    ]
    wrong = [message for _, message in found]
    assert "unknown option tmeout" in wrong[0]
    assert "30s, 5m, 1h or 2d" in wrong[1]
    assert 'in quotes, such as "10:00"' in wrong[5]
    assert "clear_at (5) must not be above over (3)" in wrong[6]
    assert wrong[7] == "there is no probe type smtp; known are http, scheduling_completeness"


def test_two_probes_of_one_name_are_refused(tmp_path: Path) -> None:
    assert _problems(tmp_path, "probes:\n" + HTTP * 2) == [("probes", "two probes are named web")]


def test_every_probe_type_documents_itself_and_each_of_its_options() -> None:
    for probe_type in probe_types().values():
        assert len(probe_type.documentation) > 100
        assert f"type: {probe_type.name}" in probe_type.documentation
        for name, field in probe_type.options.model_fields.items():
            assert field.description, f"{probe_type.name}.{name}"
        assert "name" not in option_names(probe_type)
