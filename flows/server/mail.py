"""A Prefect block that sends e-mail through a hospital's own mail server; Prefect ships none that does.

The mail itself is Apprise's work, which Prefect's other notification blocks rest on. Prefect finds this file as a collection
(entry point in pyproject.toml), so that the server can load the block for its automations.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote, urlencode

from prefect.blocks.notifications import AbstractAppriseNotificationBlock
from pydantic import Field, SecretStr


class MailServer(AbstractAppriseNotificationBlock):
    """Messages by e-mail through an SMTP server."""

    _block_type_name = "Cartrove Mail"
    _block_type_slug = "cartrove-mail"
    _description = "Sends e-mail through an SMTP server, such as the hospital's own."

    host: str = Field(description="Name or address of the SMTP server.")
    port: int = Field(default=587, description="Port of the SMTP server: 587 with STARTTLS, 465 with TLS, 25 plain.")
    security: Literal["starttls", "ssl", "insecure"] = Field(
        default="starttls", description="insecure: plain SMTP, for a server on the same machine."
    )
    user: str | None = Field(default=None, description="User name, where the server asks for one.")
    password: SecretStr | None = Field(default=None, description="Password, where the server asks for one.")
    sender: str = Field(description="Address the mail comes from.")
    recipients: list[str] = Field(min_length=1, description="Addresses the mail goes to.")

    def block_initialization(self) -> None:
        """Hand the settings to Apprise, which takes them as an address."""
        self._start_apprise_client(SecretStr(self._address()))

    def _address(self) -> str:
        scheme = "mailto" if self.security == "insecure" else "mailtos"
        secret = self.password.get_secret_value() if self.password else ""
        login = f"{quote(self.user, safe='')}:{quote(secret, safe='')}@" if self.user else ""
        options = {
            "smtp": self.host,
            "mode": self.security,
            "from": self.sender,
            "to": ",".join(self.recipients),
            "format": "text",
        }
        return f"{scheme}://{login}{self.host}:{self.port}/?{urlencode(options)}"
