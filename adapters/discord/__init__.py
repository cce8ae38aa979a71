"""Discord: mention the bot in a channel, and it answers in a thread."""
