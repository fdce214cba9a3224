"""manifest.csv: what the sender says the set holds. It is checked before anything else."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from sis.oneroster.formats import VERSIONS, file_names
from sis.oneroster.package import Package
from sis.oneroster.refusal import ImportRefused

MANIFEST = "manifest.csv"
MODES = ("absent", "bulk", "delta")
_MAX_BYTES = 1024**2
_SOURCE_KEYS = ("source.systemName", "source.systemCode")


@dataclass(frozen=True)
class Manifest:
    """``modes`` maps the name of each file that the set holds to bulk or delta."""

    version: str
    source: str | None
    modes: Mapping[str, str]
    warnings: tuple[str, ...]


def read_manifest(package: Package) -> Manifest:
    """Read and check the manifest against the files that are there.

    Raises ImportRefused with every problem at once.
    """
    if MANIFEST not in package.sizes:
        raise ImportRefused(
            [f"{MANIFEST} is missing; it stands beside the other files or in one folder with them."]
        )
    with package.open(MANIFEST) as stream:
        content = stream.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ImportRefused([f"{MANIFEST} is larger than {_MAX_BYTES:,} bytes."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused([f"{MANIFEST} is not UTF-8 ({error.reason})."]) from error
    properties, problems = _properties(text)
    version = properties.get("oneroster.version", "")
    problems += _problems_of_versions(properties)
    if version in VERSIONS:
        problems += _problems_of_files(properties, version, package)
    if problems:
        raise ImportRefused(problems)
    return _manifest(properties, version, package)


def _properties(text: str) -> tuple[dict[str, str], list[str]]:
    properties: dict[str, str] = {}
    problems: list[str] = []
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
    except csv.Error as error:
        return {}, [f"{MANIFEST} is not a CSV file ({error})."]
    if not rows or [name.strip() for name in rows[0]] != ["propertyName", "value"]:
        problems.append(f"{MANIFEST} does not start with the header propertyName,value.")
    for row in rows[1:]:
        if len(row) != 2:
            problems.append(f"{MANIFEST}: {','.join(row)!r} is not a property and its value.")
        elif row[0].strip() in properties:
            problems.append(f"{MANIFEST}: {row[0].strip()} is there twice.")
        else:
            properties[row[0].strip()] = row[1].strip()
    return properties, problems


def _problems_of_versions(properties: Mapping[str, str]) -> list[str]:
    problems = []
    if properties.get("manifest.version") != "1.0":
        found = properties.get("manifest.version", "missing")
        problems.append(f"{MANIFEST}: manifest.version is {found}; 1.0 is known.")
    if properties.get("oneroster.version") not in VERSIONS:
        found = properties.get("oneroster.version", "missing")
        problems.append(f"{MANIFEST}: oneroster.version is {found}; 1.1 and 1.2 are known.")
    return problems


def _problems_of_files(properties: Mapping[str, str], version: str, package: Package) -> list[str]:
    names = file_names(version)
    problems = []
    for key, value in properties.items():
        name = key.removeprefix("file.")
        if key in ("manifest.version", "oneroster.version", *_SOURCE_KEYS):
            continue
        if not key.startswith("file.") or name not in names:
            problems.append(f"{MANIFEST}: {key} is not a property of OneRoster {version}.")
        elif value not in MODES:
            problems.append(f"{MANIFEST}: {key} is {value!r}; it is absent, bulk or delta.")
        elif value != "absent" and f"{name}.csv" not in package.sizes:
            problems.append(f"{name}.csv is missing; the manifest says that it is {value}.")
    problems += [
        f"{MANIFEST}: file.{name} is missing, but {name}.csv is there."
        for name in sorted(names)
        if f"file.{name}" not in properties and f"{name}.csv" in package.sizes
    ]
    if not any(properties.get(f"file.{name}") in ("bulk", "delta") for name in names):
        problems.append(f"{MANIFEST}: no file is bulk or delta.")
    return problems


def _manifest(properties: Mapping[str, str], version: str, package: Package) -> Manifest:
    names = file_names(version)
    modes = {name: properties.get(f"file.{name}", "absent") for name in names}
    warnings = [
        f"{name}.csv is there, but the manifest says that it is absent; it was not read"
        for name in sorted(names)
        if modes[name] == "absent" and f"{name}.csv" in package.sizes
    ]
    warnings += [
        f"the manifest does not speak of {name}.csv; it is taken as absent"
        for name in sorted(names)
        if f"file.{name}" not in properties
    ]
    strangers = sorted(set(package.sizes) - {f"{name}.csv" for name in names} - {MANIFEST})
    warnings += [
        f"{name} is not a file of OneRoster {version}; it was not read"
        for name in strangers
        if name.endswith(".csv")
    ]
    source = properties.get("source.systemName", "")
    return Manifest(
        version=version,
        source=None if source in ("", "absent") else source,
        modes={name: mode for name, mode in modes.items() if mode != "absent"},
        warnings=tuple(warnings),
    )
