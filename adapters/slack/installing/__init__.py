"""Workspaces that install the app, and that take it away."""
