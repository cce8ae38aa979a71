"""Without a screen: lines in, plain text out."""
