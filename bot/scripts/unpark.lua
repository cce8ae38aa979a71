-- Give a parked message back to its lane; what stands on the platform already is looked up before anything is written.
--
-- KEYS  ready, parked
-- ARGV  the parked message's position
-- Returns 1, or 0 if it is not there any more.
local found = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1])[1]
if not found then return 0 end
local lane, item = found[2][2], found[2][6]
redis.call('XDEL', KEYS[2], ARGV[1])
append(lane, named('inbox', lane), (string.gsub(item, '^([^\n]*\n[^\n]*)\n\n', '%1\n1\n', 1)))
return 1
