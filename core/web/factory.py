"""Puts the web application together from the packages' surfaces."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from flask import Flask, current_app
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from core.auth.roles import title_of
from core.logs import current_request_id
from core.metrics import Exposition, Guarded
from core.plugins import Surface
from core.runtime import Runtime
from core.web import (
    assets,
    components,
    formats,
    lifecycle,
    metrics_view,
    navigation,
    problems,
    settings,
)
from core.web.access import OWN_PROOF, PUBLIC, SIGNED_IN, access_of
from core.web.context import EXTENSION, find_actor
from core.web.csrf import csrf_token
from core.web.flashes import FlashCookie
from core.web.idempotency import new_form_key
from core.web.routing import BoundedInteger, Rule
from core.web.templates import COMPILED

LARGEST_BODY = 4 * 1024 * 1024


class WiringError(Exception):
    """The application is put together wrongly: a route without a mark, or with an unknown one."""


def _check_routes(app: Flask, permissions: set[str]) -> None:
    known = permissions | {PUBLIC, SIGNED_IN, OWN_PROOF}
    wrong = []
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None:
            wrong.append(f"{rule.rule} ({rule.endpoint}) says nothing about who may call it")
        elif access not in known:
            wrong.append(f"{rule.rule} ({rule.endpoint}) asks for the unknown permission {access}")
    if wrong:
        raise WiringError("; ".join(wrong))


def _check_menu(app: Flask, surfaces: Sequence[Surface]) -> None:
    endpoints = set(app.view_functions)
    lost = [item.endpoint for s in surfaces for item in s.nav if item.endpoint not in endpoints]
    if lost:
        raise WiringError(f"the menu leads to unknown endpoints: {', '.join(lost)}")


def _static_folders(surfaces: Sequence[Surface]) -> dict[str, Path]:
    folders = {}
    for surface in surfaces:
        spec = find_spec(surface.name) if surface.name.isidentifier() else None
        if spec is not None and spec.origin is not None and surface.name != "core":
            folders[surface.name] = Path(spec.origin).parent / "static"
    return folders


def _prepare_templates(app: Flask, runtime: Runtime) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.bytecode_cache = COMPILED
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf_token=csrf_token,
        new_form_key=new_form_key,
        static_url=assets.static_url,
        menu=navigation.menu,
        signed_in_actor=find_actor,
        role_title=lambda role: title_of(runtime.settings, role),
        site=settings.site(runtime.settings),
        request_id=current_request_id,
        has_endpoint=lambda name: name in current_app.view_functions,
    )
    formats.register(app)


def _prepare_proxies(app: Flask, count: int) -> None:
    if count:
        fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        vars(app)["wsgi_app"] = fixed


def make_app(runtime: Runtime, surfaces: Sequence[Surface]) -> Flask:
    """The application of these packages; ``core.surface.SURFACE`` is one of them.

    Raises WiringError when a route does not say who may call it, or names a permission that no
    surface declares.
    """
    app = Flask("core", root_path=str(Path(__file__).resolve().parent.parent), static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SESSION_COOKIE_HTTPONLY=True)
    app.url_rule_class = Rule
    app.url_map.converters["int"] = BoundedInteger
    app.session_interface = FlashCookie()
    app.extensions[EXTENSION] = runtime
    app.extensions["bellwether.assets"] = assets.Assets(_static_folders(surfaces))
    app.extensions[navigation.EXTENSION] = sorted(
        (item for surface in surfaces for item in surface.nav), key=lambda item: item.order
    )
    app.extensions[metrics_view.EXTENSION] = Exposition(
        [Guarded(s.name, s.collectors(runtime.database)) for s in surfaces if s.collectors]
    )
    app.add_url_rule("/static/<path:filename>", "static", assets.send_static)
    for blueprint in (b for surface in surfaces for b in surface.blueprints):
        app.register_blueprint(blueprint)
    components.register(app, surfaces)
    _prepare_templates(app, runtime)
    lifecycle.register(app)
    problems.register(app, surfaces)
    _prepare_proxies(app, runtime.settings.core.server.trusted_proxies)
    _check_routes(app, {word for surface in surfaces for word in surface.permissions})
    _check_menu(app, surfaces)
    return app
