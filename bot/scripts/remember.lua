-- The end of a turn that stands in no mailbox. KEYS and ARGV are those of `remember`, and so is what it returns.
return remember(KEYS, ARGV)
