"""How replies stand in Discord: posts that grow by edits, in threads or in place, found again when in doubt."""
