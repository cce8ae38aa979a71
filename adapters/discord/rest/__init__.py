"""Asking Discord: one try at a time, within the limits that it tells."""
