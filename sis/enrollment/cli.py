"""The command ``enrollment check-codes``."""

import json
import sys
from datetime import datetime

import click

from core.auth.actor import SYSTEM
from core.commandline import pass_runtime
from core.runtime import Runtime
from sis.calendars.rules import local_date
from sis.enrollment.code_check import CodeReport, check_codes
from sis.settings import SisSettings

FINDINGS = 1
LINES = 40


@click.group("enrollment")
def enrollment_group() -> None:
    """Look after enrolments."""


@enrollment_group.command("check-codes")
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that the codes must be ready for, such as opening day; today by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_runtime
def check_codes_command(runtime: Runtime, on: datetime | None, as_json: bool) -> None:
    """Whether entry, leave and attendance codes are complete.

    Lists codes in use that are unknown or out of date, schools and grades without a code that they
    will need, and absences without a reason code.

    Exit codes: 0 complete, 1 something is missing, 2 wrong usage.
    """
    settings = runtime.settings.of(SisSettings)
    day = on.date() if on else local_date(runtime.clock.now(), settings.time_zone)
    with runtime.database.read() as session:
        report = check_codes(session, settings.enrollment.policy().codes, day, by=SYSTEM)
    click.echo(_json(report) if as_json else _text(report))
    sys.exit(FINDINGS if report.findings else 0)


def _text(report: CodeReport) -> str:
    head = f"Codes on {report.on}: {report.checked:,} enrolments checked"
    if not report.findings:
        return f"{head}; nothing is missing."
    lines = [f"{head}; {len(report.findings):,} findings:"]
    lines += [f"  {one.topic}: {one.sentence}" for one in report.findings[:LINES]]
    if len(report.findings) > LINES:
        lines.append(f"  and {len(report.findings) - LINES:,} more; --json lists all")
    return "\n".join(lines)


def _json(report: CodeReport) -> str:
    findings = [
        {"topic": one.topic, "sentence": one.sentence, "count": one.count}
        for one in report.findings
    ]
    body = {"on": report.on.isoformat(), "checked": report.checked, "findings": findings}
    return json.dumps(body, indent=2, ensure_ascii=False)
