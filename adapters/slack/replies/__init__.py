"""How a reply stands in Slack."""
