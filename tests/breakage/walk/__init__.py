"""A random walk of mischief between nights: `uv run python -m tests.breakage.walk 200 [seed]` prints the figures.

trial: the study and what its sites send. seen: what is published. night: one night under given circumstances. mischief,
files, folders, deliveries, person, machine: what befalls it, each with its mending and the exit codes it may bring. laws: what holds after
every night. answers: what a person answers a night that is held. fresh: the same inputs in an empty workspace. walk: nights in a row. told: the figures.
"""
