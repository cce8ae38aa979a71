"""The terminal: a person at a prompt, or a pipe."""
