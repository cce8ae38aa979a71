"""How Slack is heard: two ways in, one intake, and what was written while nobody listened."""
