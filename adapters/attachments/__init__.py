"""Files that people send along, on whatever platform: which are read, and what is in them."""
