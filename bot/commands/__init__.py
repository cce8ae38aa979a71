"""What people can tell the bot to do, beside asking it."""
