"""What somebody who reaches the server may say of how a run is started: nothing that is run."""

from __future__ import annotations

import asyncio
import json

from prefect.workers.process import ProcessJobConfiguration

from flows.server.deployment import job_template

HANDED = {"command": "touch /tmp/owned", "env": {"PYTHONPATH": "/tmp/owned"}, "working_dir": "/tmp/owned"}


def test_no_command_variable_or_folder_can_be_handed_to_a_run() -> None:
    template = job_template()
    assert "{{ command }}" not in json.dumps(template)
    made = asyncio.run(ProcessJobConfiguration.from_template_and_values(template, HANDED))
    assert "owned" not in made.model_dump_json()
