#!lua flags=allow-oom
-- Note that somebody listens, and of whom was heard; and find out whether nobody did for a while.
--
-- KEYS  attended, gap
-- ARGV  1 ms after which nobody listened, 2 ms that are looked back at most, 3 ms before the last sign that may have been
--       lost as well, 4 '1' if nobody listened a moment ago, 5 '1' if a silence alone lost nothing, 6 seconds that all
--       of it is kept, 7 … tenants
-- Returns {since, until, number} of the gap (ms), or nothing if there is none.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seen = tonumber(redis.call('ZSCORE', KEYS[1], '') or now)
if ARGV[4] == '1' or (ARGV[5] ~= '1' and now - seen > tonumber(ARGV[1])) then
  -- What is left of an earlier one is looked for again with it.
  local since = math.min(seen - ARGV[3], tonumber(redis.call('HGET', KEYS[2], 'since') or now))
  redis.call('HSET', KEYS[2], 'since', math.max(since, now - ARGV[2]), 'until', now)
  redis.call('HINCRBY', KEYS[2], 'number', 1)
  redis.call('EXPIRE', KEYS[2], ARGV[6])
end
redis.call('ZADD', KEYS[1], now, '')
for i = 7, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[6] * 1000)
redis.call('EXPIRE', KEYS[1], ARGV[6])
local gap = redis.call('HMGET', KEYS[2], 'since', 'until', 'number')
return gap[1] and gap or {}
