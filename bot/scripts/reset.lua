#!lua flags=allow-oom
-- Forget a conversation's exchanges, also when Redis is full: what makes room must not need any.
--
-- KEYS  history, state [, the channel's state]
-- ARGV  seconds to live
-- Returns how many exchanges there were. The persona stays, and a thread keeps the one that it began with, but
-- it does not branch from its channel again.
local history, state, trunk = KEYS[1], KEYS[2], KEYS[3]
local count = redis.call('XLEN', history)
redis.call('DEL', history)
redis.call('HDEL', state, 'start')
local persona = trunk and redis.call('HEXISTS', state, 'own') == 0 and redis.call('HGET', trunk, 'persona')
if persona then redis.call('HSETNX', state, 'persona', persona) end
redis.call('HSET', state, 'own', 1)
redis.call('EXPIRE', state, ARGV[1])
return count
