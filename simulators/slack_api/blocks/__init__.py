"""Block Kit: what Slack accepts, and what people see of it."""
