"""The block of Prefect that sends e-mail, where Prefect looks for it: an entry point of the installed package."""

from cartrove.place import put_on_path

put_on_path()

from flows.server.mail import MailServer  # noqa: E402 - found by the line above

__all__ = ["MailServer"]
