"""The platforms, and the command line that puts everything together."""
