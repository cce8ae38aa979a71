"""Servers on loopback that stand in for OpenAI, Slack and Discord; the real client libraries talk to them."""
