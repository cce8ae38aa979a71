-- Forget a gap, unless it has grown since.
--
-- KEYS  gap
-- ARGV  its number
if redis.call('HGET', KEYS[1], 'number') == ARGV[1] then redis.call('DEL', KEYS[1]) end
