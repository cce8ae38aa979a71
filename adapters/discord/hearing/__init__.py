"""Hearing Discord: what comes over the gateway is taken in before it is acknowledged."""
