"""``flask.flash`` for the signed-in: a cookie signed with the secret that only the visitor has."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from core.web.context import EXTENSION


class FlashCookie(SecureCookieSessionInterface):
    """Flask's own cookie session, holding nothing but messages for the next page.

    Its key is derived from the session cookie, so that the installation keeps no secret key; a
    visitor who is not signed in has no such session.
    """

    salt = "bellwether-flash"

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        settings = app.extensions[EXTENSION].settings.core.server
        prefix = "__Host-" if settings.secure_cookies else ""
        secret = request.cookies.get(f"{prefix}bellwether_session")
        if not secret:
            return None
        return URLSafeTimedSerializer(
            secret,
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation},
        )

    def get_cookie_name(self, app: Flask) -> str:
        return "bellwether_flash"

    def get_cookie_secure(self, app: Flask) -> bool:
        return bool(app.extensions[EXTENSION].settings.core.server.secure_cookies)

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"
