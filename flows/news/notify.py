"""Send a message through the Prefect blocks the setting CARTROVE_NOTIFY names.

A receiver that fails never fails the night: what became of the message is told in the log and beside the night's artifact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block

from transforms.message import Message


@dataclass(frozen=True)
class Delivery:
    """What became of a message at one receiver; `trouble` is empty where it was sent."""

    receiver: str
    trouble: str = ""


def send_message(message: Message, receivers: Sequence[str]) -> list[Delivery]:
    """Send a message to every receiver, each a block as `custom-webhook/cartrove`; one that fails keeps none from its message."""
    return [Delivery(receiver, _send(message, receiver)) for receiver in receivers]


def _send(message: Message, receiver: str) -> str:
    """Send to one receiver. Gives what went wrong, without the address, which may hold a secret."""
    try:
        block = Block.load(receiver)
    except ValueError:
        return "the server has no such block: make it in the interface under Blocks, or correct CARTROVE_NOTIFY"
    except Exception as error:  # noqa: BLE001 - whatever it is, the night goes on
        return f"the block can't be loaded ({type(error).__name__})"
    if not isinstance(block, NotificationBlock):
        return "this block sends no messages: choose a webhook, a chat or Cartrove Mail"
    try:
        with block.raise_on_failure():
            block.notify(message.body, message.subject)  # type: ignore[unused-coroutine]
    except httpx.HTTPStatusError as refusal:
        return f"it answered {refusal.response.status_code}"
    except Exception as error:  # noqa: BLE001
        return f"it could not be reached ({type(error).__name__})"
    return ""
