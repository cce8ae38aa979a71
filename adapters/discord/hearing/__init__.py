"""How Discord is heard: the gateway in one process at a time for each shard, and one intake for what it brings."""
