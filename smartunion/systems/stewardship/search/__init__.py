"""Finding candidates set by set: blocks with one key, pairs inside them, clusters of pairs."""
