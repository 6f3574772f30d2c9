"""Cartrove as a service: a Prefect server, a worker and the nightly deployment, and what they do after a crash."""
