"""The service watches its own deliveries, and says through every channel when one is failing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.actions import AlertChange, raise_alerts
from alerts.rules import Severity, Status
from alerts.settings import AlertSettings
from alerts.threads.actions import forget_threads
from alerts.trials import TOPIC as TRIAL_TOPIC
from core.jobs.job import Job
from core.outbox.queries import list_topic_health
from core.outbox.rules import TopicHealth
from core.runtime import Runtime
from core.settings import Settings

THREADS_KEPT = timedelta(days=90)
BATCH = 500
LONGEST_WAIT = timedelta(minutes=10)


def make_jobs(_settings: Settings) -> Sequence[Job]:
    return [
        Job("alerts.delivery_watch", timedelta(seconds=30), watch_deliveries, real=True),
        Job("alerts.forget_threads", timedelta(hours=1), forget_old_threads, real=True),
    ]


def watch_deliveries(runtime: Runtime, real_now: datetime) -> None:
    """Fire ``DeliveryFailing`` for each topic that does not get through; resolve it when it does.

    An alert that fires already is not sent again, so a dead channel cannot feed itself.
    """
    now = runtime.clock.now()
    with runtime.database.write() as session:
        topics = [each for each in list_topic_health(session) if each.topic != TRIAL_TOPIC]
        changes = [_change(topic, now, real_now) for topic in topics]
        raise_alerts(
            session,
            changes,
            settings=runtime.settings.of(AlertSettings),
            now=now,
            real_now=real_now,
        )


def forget_old_threads(runtime: Runtime, real_now: datetime) -> None:
    """Delete what channels kept of groups that were silent for 90 days, in small units of work."""
    while True:
        with runtime.database.write() as session:
            forgotten = forget_threads(session, before=real_now - THREADS_KEPT, limit=BATCH)
        if forgotten < BATCH:
            return


def _change(health: TopicHealth, now: datetime, real_now: datetime) -> AlertChange:
    trouble = _trouble(health, real_now)
    return AlertChange(
        labels={
            "alertname": "DeliveryFailing",
            "service": "bellwether",
            "severity": Severity.CRITICAL.value,
            "topic": health.topic,
        },
        annotations={
            "summary": trouble or f"Messages of {health.topic} get through again",
            "group_summary": "{count} kinds of messages do not get through",
            "group_resolved": "{count} kinds of messages get through again",
            "path": "/deliveries",
        },
        status=Status.FIRING if trouble else Status.RESOLVED,
        at=now,
    )


def _trouble(health: TopicHealth, real_now: datetime) -> str:
    if health.given_up:
        return f"A message of {health.topic} was given up, and none has got through since"
    oldest = health.oldest_waiting_at
    if oldest is not None and real_now - oldest > LONGEST_WAIT:
        minutes = LONGEST_WAIT // timedelta(minutes=1)
        return f"A message of {health.topic} has been waiting for more than {minutes} minutes"
    return ""
