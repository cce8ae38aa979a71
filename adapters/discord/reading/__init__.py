"""What is read of Discord before a turn: files, and what people have written."""
