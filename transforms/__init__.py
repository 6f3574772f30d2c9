"""Pure work, frame in and frame out: read, conform, validate, define endpoints, compute statistics, draw, render.

Nothing here opens the warehouse, schedules anything, reads the environment or asks what day it is.
"""
