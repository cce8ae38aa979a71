"""What there is beside messages: the Home, modals, prompts."""
