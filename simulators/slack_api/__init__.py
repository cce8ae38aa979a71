"""What stands behind `simulators/slack.py`: Slack's workspaces, rules, methods and deliveries."""
