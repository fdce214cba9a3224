"""``python -m benchmarks [NAME...] [--size small|full]``: JSON lines, each beside its reference.

A benchmark is a module of this folder with ``run(context)``, which yields dicts with name, value,
unit, reference and ratio.
"""

import argparse
import json
import pkgutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import benchmarks
from benchmarks.context import Context
from tools.postgres import running_postgres


def main() -> None:
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    found = {
        name: module
        for name in names
        if name != "__main__" and hasattr(module := import_module(f"benchmarks.{name}"), "run")
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(found))
    parser.add_argument("--size", choices=["small", "full"], default="full")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(found)
    if unknown:
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")
    with (
        tempfile.TemporaryDirectory(prefix="bellwether-bench-") as folder,
        running_postgres() as server,
    ):
        context = Context(Path(folder), server, asked.size)
        for name in asked.names or found:
            print(f"{name} ...", file=sys.stderr, flush=True)
            for figure in found[name].run(context):
                print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
