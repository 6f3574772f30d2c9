"""Retries where they can help, none where they can't: a share may come back, a bad file stays bad."""

from __future__ import annotations

import pytest
from prefect import flow, task

from flows.study.flow import share_may_come_back
from schemas.errors import DataRejected


@pytest.mark.parametrize(("error", "attempts"), [(OSError("share gone"), 2), (DataRejected("bad file"), 1)])
def test_only_what_a_share_does_is_tried_again(prefect_server: None, error: Exception, attempts: int) -> None:
    tried = []

    @task(retries=3, retry_delay_seconds=0, retry_condition_fn=share_may_come_back)
    def read() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise error

    @flow
    def night() -> None:
        read(return_state=True)

    night(return_state=True)
    assert len(tried) == attempts
