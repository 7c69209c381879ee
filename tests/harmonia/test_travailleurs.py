"""Workers of background jobs: what a dead one left is taken up, by another, within seconds."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from harmonia.tenancy.travailleurs import STALLED
from tests.harmonia.cast import Cast


def test_what_a_dead_worker_left_is_taken_up_and_what_a_live_one_does_is_not(committed: Cast) -> None:
    """A worker that gave no sign of life for long enough is dead; its job is to do again, once more tried."""
    jobs = [_job_of_worker(STALLED + 1), _job_of_worker(0)]
    known: Any = app
    with ThreadPoolExecutor(1) as apart:  # a browser of another test may keep its loop in this thread
        apart.submit(asyncio.run, _taken_up(known.connector.get_worker_connector())).result()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status, attempts FROM procrastinate_jobs WHERE id = ANY(%s)", [jobs])
        assert {jobs[0]: ("todo", 1), jobs[1]: ("doing", 0)} == {row[0]: row[1:] for row in cursor.fetchall()}


def test_a_live_worker_gives_several_signs_of_life_before_it_counts_as_dead() -> None:
    """Late once or twice, it keeps its jobs."""
    assert 3 * settings.PROCRASTINATE_WORKER_DEFAULTS["update_heartbeat_interval"] < STALLED
    assert settings.PROCRASTINATE_WORKER_DEFAULTS["stalled_worker_timeout"] == STALLED


def _job_of_worker(seconds: float) -> int:
    """Make a job that a worker does, who gave its last sign of life some seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
            " RETURNING id",
            [seconds],
        )
        (worker,) = cursor.fetchone() or (0,)
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            " VALUES ('imports', 'lire_import', '{}', 'doing', %s) RETURNING id",
            [worker],
        )
        (job,) = cursor.fetchone() or (0,)
    return int(job)


async def _taken_up(connector: Any) -> None:
    known: Any = app
    with known.replace_connector(connector) as own:
        async with own.open_async():
            await own.tasks["reprendre_les_taches"](SimpleNamespace(app=own), timestamp=0)
