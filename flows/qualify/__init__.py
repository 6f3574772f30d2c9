"""Qualification of an installation: what is installed, whether it does what it has to, and how it performs on this machine.

Belongs here: checks of the machine and the installation, and the document they are written into. What has to hold stands in
docs/requirements.yaml; what shows that it does are the tests.
"""
