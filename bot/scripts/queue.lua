-- Stand in line for what may be done at even intervals, after some that may be done at once.
--
-- KEYS  the time at which the line ends, in milliseconds
-- ARGV  milliseconds between two, how many may be done at once
-- Returns the milliseconds to wait.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval = tonumber(ARGV[1])
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
local mine = math.max(last, now - interval * (ARGV[2] - 1))
redis.call('SET', KEYS[1], mine + interval, 'PX', 600000)
return math.max(0, mine - now)
