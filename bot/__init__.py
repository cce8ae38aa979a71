"""The engine: one turn, from an accepted message to a remembered answer."""
