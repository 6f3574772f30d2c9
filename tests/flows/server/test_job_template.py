"""What somebody who reaches the server may say of how a run is started: nothing that is run."""

from __future__ import annotations

import json

import pytest

from flows.server.deployment import job_template


@pytest.mark.parametrize("name", ["command", "env", "working_dir"])
def test_no_command_variable_or_folder_can_be_handed_to_a_run(name: str) -> None:
    """A worker takes from who asks for a run what its template has a place for."""
    template = job_template()
    assert f"{{{{ {name} }}}}" not in json.dumps(template)
    assert name not in template["job_configuration"]
    assert name not in template["variables"]["properties"]
