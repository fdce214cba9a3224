"""What SMS and voice have in common: a provider that takes forms as Twilio does."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self
from urllib.parse import quote, urlencode

from pydantic import Field, SecretStr

from alerts.channel import Channel, Tools
from alerts.posting import Post, post

_FORM = "application/x-www-form-urlencoded"


class Telephone(Channel):
    """The options of a provider; ``fields`` says what its form is called and holds."""

    reaches_people: ClassVar[bool] = True

    url: Annotated[str, Field(pattern=r"^https?://\S+$", description="{account} is filled in")] = ""
    account: Annotated[str, Field(description="Twilio: the Account SID, AC...")] = ""
    username: Annotated[
        str, Field(description="of the basic login, such as an API key; empty: the account")
    ] = ""
    token: Annotated[
        SecretStr, Field(description="the login's password; without a name: a bearer token")
    ] = SecretStr("")
    sender: Annotated[str, Field(description="the number that calls or writes, +1213...")] = ""
    to: Annotated[tuple[str, ...], Field(description="numbers; empty ones are left out")] = ()
    fields: Annotated[
        Mapping[str, str],
        Field(description="the form: {to}, {sender} and {text} are filled in"),
    ] = Field(default_factory=dict)
    timeout_seconds: Annotated[
        float, Field(gt=0, le=30, description="seconds to wait for an answer")
    ] = 10

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(number for number in self.to if number)

    def addressed(self, address: str) -> Self:
        return self.model_copy(update={"to": (address,)})

    def missing(self) -> str:
        needed = {
            "account": self.account or "{account}" not in self.url,
            "token": self.token.get_secret_value(),
            "sender": self.sender or "{sender}" not in "".join(self.fields.values()),
            "recipient": self.recipients,
        }
        return next((f"It has no {name}." for name, value in needed.items() if not value), "")

    def send(self, text: str, tools: Tools) -> str:
        """One form to the first recipient; returns the receipt and raises ProviderError."""
        values = {"{to}": self.recipients[0], "{sender}": self.sender, "{text}": text}
        form = {name: values.get(value, value) for name, value in self.fields.items()}
        headers = {"Content-Type": _FORM, "Idempotency-Key": tools.key}
        token, name = self.token.get_secret_value(), self.username or self.account
        if not name:
            headers["Authorization"] = f"Bearer {token}"
        url = self.url.replace("{account}", quote(self.account, safe=""))
        auth = (name, token) if name else None
        request = Post(url, urlencode(form).encode(), headers, self.timeout_seconds, auth)
        answer = post(request, tools.now)
        return f"accepted as {answer.field('sid')}" if answer.field("sid") else "accepted"
