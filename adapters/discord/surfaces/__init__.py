"""What there is in Discord beside messages: first answers to interactions, registered commands, the link to install."""
