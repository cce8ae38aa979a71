-- Keep an incident, once.
--
-- KEYS  incidents, the message's mark
-- ARGV  most incidents, milliseconds since 1970 of the oldest one kept, seconds to live, seconds that the mark lives,
--       then pairs of field and value
if not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[4]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 5))
redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
