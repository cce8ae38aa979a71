#!lua flags=allow-oom
-- Put a value in the place of another one, unless somebody else has put one there. Doing it again changes nothing.
--
-- KEYS  the key
-- ARGV  what is there, what is to be there
-- Returns 1 if that is there now.
local held = redis.call('GET', KEYS[1])
if held ~= ARGV[1] and held ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
