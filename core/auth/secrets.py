"""Random secrets and the digests under which they are kept."""

import hashlib
import secrets

TOKEN_START = "bw_"


def new_secret() -> str:
    """256 random bits as text, safe in cookies and headers."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal: enough for 256 random bits, and quick to look up."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def new_token() -> tuple[str, str]:
    """A bearer token and the prefix of it that lists may show."""
    prefix = TOKEN_START + secrets.token_hex(4)
    return f"{prefix}_{new_secret()}", prefix
