"""Synthetic districts as files, written once per test run."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from drills.district.writing import generate

SEED = 5


@dataclass(frozen=True)
class Files:
    """A written district; ``table`` reads one of its files with every value as text."""

    folder: Path
    size: str

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_csv(self.folder / f"{name}.csv", infer_schema=False)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("tiny")
    generate(folder, size="tiny", seed=SEED)
    return Files(folder, "tiny")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("small")
    generate(folder, size="small", seed=SEED)
    return Files(folder, "small")
