"""Copies the front-end files that pages load from node_modules into core/static/vendor."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "core" / "static" / "vendor"

ASSETS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "pico.min.css": "@picocss/pico/css/pico.min.css",
    "plotly-basic.min.js": "plotly.js-basic-dist-min/plotly-basic.min.js",
}


def copy_assets(packages: Path, vendor: Path) -> None:
    """Replace ``vendor`` by exactly the files of ASSETS."""
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for name, source in ASSETS.items():
        shutil.copyfile(packages / source, vendor / name)


def main() -> None:
    try:
        copy_assets(PACKAGES, VENDOR)
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is missing: run make setup, which fetches it with npm ci.")


if __name__ == "__main__":
    main()
