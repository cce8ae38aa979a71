"""What people ask of the app by commands, components and modals, and how it responds."""
