"""What holds for all tests."""

from __future__ import annotations

import os

# Tests write an export and read it at once; that one is still arriving is a test of its own.
os.environ.setdefault("CARTROVE_SETTLE_SECONDS", "0")
