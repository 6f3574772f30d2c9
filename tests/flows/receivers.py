"""Receivers of messages on this machine: one that speaks HTTP, one that speaks SMTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

from flows.runs.local_server import free_port


@dataclass
class Webhook:
    """What a webhook was sent, and what it answers."""

    received: list[dict[str, Any]] = field(default_factory=list)
    answer: int = 200
    url: str = ""


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A receiver of JSON."""
    inbox = Webhook()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            inbox.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(inbox.answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    inbox.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield inbox
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """Mails as (recipients, subject, body)."""

    received: list[tuple[list[str], str, str]] = field(default_factory=list)
    port: int = 0


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """An SMTP server that keeps what it is sent."""
    inbox = Mailbox()

    class Keep:
        async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
            mail = message_from_bytes(envelope.content, policy=policy.default)
            body = mail.get_body(("plain",))
            inbox.received.append((envelope.rcpt_tos, mail["Subject"], body.get_content() if body else ""))
            return "250 kept"

    controller = Controller(Keep(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        inbox.port = controller.port
        yield inbox
    finally:
        controller.stop()
