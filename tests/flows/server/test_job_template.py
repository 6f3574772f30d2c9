"""What somebody who reaches the server may say of how a run is started: nothing that is run."""

from __future__ import annotations

import json

from flows.server.deployment import job_template


def test_no_command_variable_or_folder_can_be_handed_to_a_run() -> None:
    template = job_template()
    assert not {"command", "env", "working_dir"} & {
        *template["job_configuration"],
        *template["variables"]["properties"],
    }
    assert "{{ command }}" not in json.dumps(template)
