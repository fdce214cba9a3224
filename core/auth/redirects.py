"""Where a sign-in may lead: to this site and nowhere else."""

from urllib.parse import urlsplit

HOME = "/"


def safe_target(target: str) -> str:
    """The path if it is one of this site, else the home page.

    Refuses other schemes and hosts, ``//host``, backslashes and control characters, which
    browsers read as ``/`` or leave out.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return HOME
    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in target):
        return HOME
    try:
        parts = urlsplit(target)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or parts.path in ("/sign-in", "/sign-out"):
        return HOME
    return target
