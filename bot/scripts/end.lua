#!lua flags=allow-oom
-- End a turn: the exchange and its usage are remembered, and the message leaves its lane, in one write.
-- Running it again changes nothing. What was accepted is remembered even when Redis is full, as nothing new is then.
--
-- KEYS  ready, the message's mark, then those of `remember`, if anything is to be remembered
-- ARGV  entry, worker, lane, try, then those of `remember`
-- Returns 'ok', 'lost', or 'gone' if the server was emptied.
local mark = KEYS[2]
if not holds(unpack(ARGV, 1, 4)) then return unheld(mark, 'done') end
if #KEYS > 2 then remember({unpack(KEYS, 3)}, {unpack(ARGV, 5)}) end
finish(ARGV[3], ARGV[1])
redis.call('SET', mark, 'done', 'XX', 'KEEPTTL')
return 'ok'
