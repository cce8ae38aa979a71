#!lua flags=allow-oom
-- Write down what a turn does, if it is still the worker's to do.
--
-- KEYS  ready, the message's mark
-- ARGV  entry, worker, lane, try, then pairs of field and value
-- Returns 'ok', 'stop' if a person wants it stopped, 'lost', or 'gone' if the server was emptied.
local journal = named('journal', ARGV[3])
if not holds(unpack(ARGV, 1, 4)) then return unheld(KEYS[2]) end
if #ARGV > 4 then redis.call('HSET', journal, unpack(ARGV, 5)) end
return redis.call('HEXISTS', journal, 'stop') == 1 and 'stop' or 'ok'
