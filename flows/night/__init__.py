"""What a night does once its studies are done: assemble, check, publish; how it begins and ends in the run log.

`finish` runs without Prefect, `tasks` only call it. What one study does is in flows.study; what is told of the night in flows.news.
"""
