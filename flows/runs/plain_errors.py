"""What a run says in Prefect's log of an error that somebody can mend: its sentence, once, and no traceback."""

from __future__ import annotations

import logging

from schemas.errors import CartroveError

LOGGERS = ("prefect.flow_runs", "prefect.task_runs")


class PlainErrors(logging.Filter):
    """Put the sentence of an error in the place of its traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._told: BaseException | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass but an error told already, as it goes up from task to flow to engine."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, CartroveError):
            return True
        if error is self._told:
            return False
        self._told = error
        record.msg, record.args, record.exc_info, record.exc_text = str(error), (), None, None
        return True


def tell_errors_plainly() -> None:
    """Install the filter."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(present, PlainErrors) for present in logger.filters):
            logger.addFilter(PlainErrors())
