"""Chat completions: from the request to the bytes of its stream."""
