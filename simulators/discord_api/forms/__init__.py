"""What may be in an embed, a component, a modal and a command."""
