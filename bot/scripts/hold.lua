-- Hold one of a number of places for some time, or let go of one later.
--
-- KEYS  places
-- ARGV  holder, milliseconds to hold it, most places (0: the holder has one, and keeps it so much longer)
-- Returns 1 if the holder has a place.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local has = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not has and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 3600000)
return 1
