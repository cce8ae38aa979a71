"""Servers on loopback in place of the real ones; the real client libraries talk to them."""
