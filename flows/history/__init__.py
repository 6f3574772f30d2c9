"""What is kept of past runs and nights, and what is asked of it: the run log, the audit, two nights compared, what may go.

A past night is kept so that it can be checked, explained (flows.why) and built again.
"""
