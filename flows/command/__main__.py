"""`python -m flows.command` is `cartrove`."""

from flows.command import main

main()
