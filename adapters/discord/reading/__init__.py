"""What is read in Discord before a turn."""
