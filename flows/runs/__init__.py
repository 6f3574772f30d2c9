"""How a run is run, whatever it does: one at a time, with a server of its own, on threads or a cluster; how it hands on values, says errors, stops.

The service that runs every night is in flows.server.
"""
