"""A person at a prompt: the line, its completion, the keyboard."""
