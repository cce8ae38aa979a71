"""What Slack's payloads say, and the forms that they come from. All of it is pure."""
