"""What is read before a turn: files, and what people have written."""
