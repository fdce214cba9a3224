import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from core.db import Database
from core.health.actions import beat
from core.settings.models import ServerSettings
from core.web.components import ComponentError, list_components
from core.web.settings import MetricsSettings
from tests.core.web.notes import make_surface
from tests.core.web_site import Site, make_site
from tests.support.tree import ROOT

FAR = "203.0.113.9"


def _families(text: str) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text)}


def _value(site: Site, sample: str, **labels: str) -> float:
    """The sum of its series; the parser is slow, and a long run has thousands of others."""
    lines = site.browser().get("/metrics").text.splitlines()
    series = "\n".join(line for line in lines if line.startswith(sample))
    return sum(
        found.value
        for family in text_string_to_metric_families(series + "\n")
        for found in family.samples
        if found.name == sample and labels.items() <= found.labels.items()
    )


@pytest.fixture(scope="module")
def site(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(module_database, tmp_path_factory.mktemp("site"), surfaces=[make_surface()])


def test_requests_are_counted_by_route_template_and_status(site: Site) -> None:
    labels = {"method": "PUT", "route": "/api/v1/notes/<int:note_id>", "status": "200"}
    headers = site.bearer()
    before = _value(site, "bellwether_http_requests_total", **labels)
    for number in (1, 2, 77):
        site.app.test_client().put(f"/api/v1/notes/{number}", headers=headers)
    assert _value(site, "bellwether_http_requests_total", **labels) == before + 3
    assert "/api/v1/notes/77" not in site.browser().get("/metrics").text


def test_addresses_and_methods_that_nobody_knows_make_one_series(site: Site) -> None:
    for number in range(3):
        site.app.test_client().open(f"/guess/{number}", method=f"HACK{number}")
    text = site.browser().get("/metrics").text
    assert "guess" not in text
    assert "HACK" not in text
    assert 'method="other",route="unmatched",status="404"' in text


def test_times_are_a_histogram_and_the_scrape_itself_is_in_flight(site: Site) -> None:
    families = _families(site.browser().get("/metrics").text)
    assert families["bellwether_http_request_seconds"].type == "histogram"
    assert families["bellwether_http_requests_in_flight"].samples[0].value == 1


def test_packages_are_read_from_the_database_at_the_scrape(site: Site) -> None:
    now = site.runtime.clock.real_now()
    with site.runtime.database.write() as session:
        beat(session, "scheduler", now)
    sample = "bellwether_heartbeat_timestamp_seconds"
    assert _value(site, sample, component="scheduler") == pytest.approx(now.timestamp())
    assert _value(site, "bellwether_collector_up", package="core") == 1


def test_a_database_that_is_away_does_not_take_the_rest_along(tmp_path: Path) -> None:
    database = Database("sqlite:////nowhere/at/all.sqlite")
    site = make_site(database, tmp_path)
    assert _value(site, "bellwether_collector_up", package="core") == 0
    assert _value(site, "bellwether_http_requests_total", route="/metrics", status="200") >= 1
    database.dispose()


def test_only_this_machine_reads_without_a_token(site: Site) -> None:
    assert site.browser().get("/metrics").status_code == 200
    assert site.browser("::1").get("/metrics").status_code == 200
    refused = site.browser(FAR).get("/metrics")
    assert refused.status_code == 401
    assert "metrics.read" in refused.get_json()["detail"]


def test_a_proxy_on_this_machine_does_not_open_it_to_the_world(site: Site) -> None:
    for headers in ({"X_Forwarded_For": FAR}, {"Forwarded": f"for={FAR}"}):
        response = site.browser().get("/metrics", **headers)
        assert response.status_code == 401


def test_behind_a_trusted_proxy_the_real_address_decides(
    database: Database, tmp_path: Path
) -> None:
    site = make_site(database, tmp_path, server=ServerSettings(trusted_proxies=1))
    assert site.browser().get("/metrics", X_Forwarded_For="127.0.0.1").status_code == 200
    for forged in (FAR, f"127.0.0.1, {FAR}"):
        response = site.browser().get("/metrics", X_Forwarded_For=forged)
        assert response.status_code == 401


def test_a_token_with_the_permission_reads_from_anywhere(site: Site) -> None:
    client = site.browser(FAR).client
    good = site.bearer("administrator", ["metrics.read"])
    bad = site.bearer("administrator", ["audit.read"])
    assert client.get("/metrics", headers=good).status_code == 200
    assert client.get("/metrics", headers=bad).status_code == 403


@pytest.mark.parametrize(
    ("public", "loopback", "near", "far"), [(True, False, 200, 200), (False, False, 401, 401)]
)
def test_the_settings_open_and_close_it(
    database: Database, tmp_path: Path, public: bool, loopback: bool, near: int, far: int
) -> None:
    section = MetricsSettings(public=public, loopback=loopback)
    site = make_site(database, tmp_path, sections={MetricsSettings: section})
    for address, status in (("127.0.0.1", near), (FAR, far)):
        response = site.browser(address).get("/metrics")
        assert response.status_code == status


_PROCESS = """
import sys
from pathlib import Path
from core.db import Database
from tests.core.web_site import make_site
site = make_site(Database(sys.argv[1]), Path(sys.argv[2]))
for _ in range(int(sys.argv[3])):
    site.browser().get("/healthz")
if sys.argv[3] == "1":
    sys.stdout.write(site.browser().get("/metrics").text)
"""


def test_several_processes_are_added_up(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}

    def run(requests: int) -> str:
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
        command = [sys.executable, "-c", _PROCESS, url, str(tmp_path), str(requests)]
        done = subprocess.run(
            command, env=env, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout.partition("# HELP")[2]

    run(3)
    families = _families("# HELP" + run(1))
    counted = {
        sample.labels["route"]: sample.value
        for sample in families["bellwether_http_requests"].samples
    }
    assert counted["/healthz"] == 4
    assert "bellwether_collector_up" in families


def test_two_applications_in_one_process_do_not_collide(database: Database, tmp_path: Path) -> None:
    for _ in range(2):
        site = make_site(database, tmp_path, surfaces=[make_surface()])
        assert site.browser().get("/metrics").status_code == 200


def test_requests_count_for_the_service_component_of_their_blueprint(
    database: Database, tmp_path: Path
) -> None:
    notes = replace(make_surface(), components={"notes": "gradebook"})
    site = make_site(database, tmp_path, surfaces=[notes])
    labels = {"component": "gradebook", "route": "/api/v1/notes", "status": "200"}
    before = _value(site, "bellwether_http_requests_total", **labels)
    site.app.test_client().get("/api/v1/notes", headers=site.bearer())
    assert _value(site, "bellwether_http_requests_total", **labels) == before + 1
    site.app.test_client().get("/nowhere")
    assert _value(site, "bellwether_http_requests_total", component="unmatched") >= 1
    assert {"core", "gradebook", "login"} <= set(list_components(site.app))


def test_a_component_for_a_blueprint_that_is_not_there_is_refused(
    database: Database, tmp_path: Path
) -> None:
    wrong = replace(make_surface(), components={"nodes": "gradebook"})
    with pytest.raises(ComponentError, match="notes has no blueprint named nodes"):
        make_site(database, tmp_path, surfaces=[wrong])
