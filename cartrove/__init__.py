"""The installed program: where its folders lie, and the commands and plugins that begin there."""
