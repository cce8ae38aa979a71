"""Discord's dialect of Markdown: what Markdown says, written so that Discord draws just that."""
