#!lua flags=allow-oom
-- Put a message aside that could not be answered, so that its lane goes on without it.
--
-- KEYS  ready, the message's mark, parked
-- ARGV  entry, worker, lane, try, why, seconds that it is kept
-- Returns 'ok', 'lost' or 'gone'.
if not holds(unpack(ARGV, 1, 4)) then return unheld(KEYS[2], 'parked') end
local lane, parked = ARGV[3], KEYS[3]
local item = redis.call('LINDEX', named(redis.call('HGET', named('journal', lane), 'from'), lane), 0)
redis.call('XADD', parked, '*', 'lane', lane, 'why', ARGV[5], 'message', item)
redis.call('XTRIM', parked, 'MINID', math.max(0, redis.call('TIME')[1] - ARGV[6]) .. '000')
redis.call('EXPIRE', parked, ARGV[6])
finish(lane, ARGV[1])
redis.call('SET', KEYS[2], 'parked', 'XX', 'KEEPTTL')
return 'ok'
