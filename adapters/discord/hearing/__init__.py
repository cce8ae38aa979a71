"""How Discord is heard: one gateway connection for each shard, handed from process to process."""
