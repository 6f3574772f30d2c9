"""Cartrove as a service, by its own command, against a real Prefect server and worker."""
