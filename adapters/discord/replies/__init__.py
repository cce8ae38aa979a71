"""How a reply stands in Discord."""
