"""An empty Flask page: what the same server answers when there is nothing to do."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def index() -> str:
    return ""


@app.get("/healthz")
def healthz() -> str:
    return "ok"
