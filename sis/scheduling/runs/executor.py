"""Where the engine computes: processes of this machine, or a Dask cluster's workers."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from sis.settings import SchedulingSettings


@contextmanager
def running_executor(settings: SchedulingSettings) -> Iterator[Executor]:
    """The executor that ``sis.scheduling.executor`` names; ended with the block."""
    if settings.executor == "dask":
        with _dask(settings.address) as executor:
            yield executor
        return
    with ProcessPoolExecutor(settings.workers, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    from distributed import Client  # loads a web server: only when asked

    make: Any = Client  # the library has no types
    with make(address, set_as_default=False) as client, client.get_executor() as executor:
        yield executor
