"""What tonight's run would change, before it publishes: the night itself, run beside the workspace and compared with what is published.

trial     a workspace and study files beside those in use
compare   the published night against the one that would follow it
tell      the comparison in words
"""
