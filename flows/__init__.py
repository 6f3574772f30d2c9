"""Orchestration: settings, the Prefect flows and the `cartrove` command. No clinical rule and no SQL lives here."""
