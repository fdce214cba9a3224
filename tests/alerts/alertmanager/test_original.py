"""Our configuration in Alertmanager's words."""

from pathlib import Path

import yaml

from alerts.alertmanager.original import original
from alerts.settings import AlertSettings
from tests.support.alertmanager import amtool

SETTINGS = AlertSettings.model_validate(
    {
        "resolve_timeout": "1h30m",
        "receivers": {"team": {}, "night": {}},
        "route": {
            "receiver": "team",
            "group_by": ["school", "alertname"],
            "routes": [
                {
                    "receiver": "night",
                    "matchers": ['severity=~"critical|warning"', "school!=S-1"],
                    "group_by": ["..."],
                    "group_wait": "0s",
                    "continue": True,
                    "active_time_intervals": ["nights", "holidays"],
                }
            ],
        },
        "inhibit_rules": [
            {"source_matchers": ["a=b"], "target_matchers": ["c=d"], "equal": ["school"]}
        ],
        "time_intervals": [
            {
                "name": "nights",
                "time_intervals": [
                    {
                        "times": [{"start_time": "22:00", "end_time": "24:00"}],
                        "weekdays": ["monday:thursday", "sunday"],
                        "days_of_month": ["1:5", "-3:-1"],
                        "months": ["august:december"],
                        "years": ["2026:2027"],
                        "location": "America/Los_Angeles",
                    }
                ],
            },
            {"name": "holidays", "time_intervals": [{"school_calendar": "holiday"}]},
        ],
    }
)


def test_alertmanager_accepts_it(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    file.write_text(original(SETTINGS), encoding="utf-8")
    checked = amtool("check-config", str(file))
    assert checked.returncode == 0, checked.stderr


def test_it_says_what_each_route_says_and_names_what_is_left_out() -> None:
    text = original(SETTINGS)
    assert "# Not shown, because they follow the school calendar: holidays\n" in text
    tree = yaml.safe_load(text)
    assert tree["global"] == {"resolve_timeout": "1h30m"}
    assert tree["route"]["group_by"] == ["alertname", "school"]
    assert tree["route"]["routes"] == [
        {
            "receiver": "night",
            "matchers": ['severity=~"critical|warning"', 'school!="S-1"'],
            "group_by": ["..."],
            "group_wait": "0s",
            "active_time_intervals": ["nights"],
            "continue": True,
        }
    ]
    assert tree["time_intervals"] == [
        {
            "name": "nights",
            "time_intervals": [
                {
                    "times": [{"start_time": "22:00", "end_time": "24:00"}],
                    "weekdays": ["monday:thursday", "sunday"],
                    "days_of_month": ["1:5", "-3:-1"],
                    "months": ["8:12"],
                    "years": ["2026:2027"],
                    "location": "America/Los_Angeles",
                }
            ],
        }
    ]
