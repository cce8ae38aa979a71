#!lua flags=allow-oom
-- Forget a conversation's exchanges, also when Redis is full: what makes room must not need any.
--
-- KEYS  history, state, unanswered [, the channel's state]
-- ARGV  seconds to live, the message that asks for it
-- Returns how many exchanges there were, and does nothing else when the same message asks again. The persona stays, and
-- a thread keeps the one that it began with, but it does not branch from its channel again. A turn that began before finds out that it is not to be remembered.
local history, state, trunk = KEYS[1], KEYS[2], KEYS[4]
local by, forgotten = unpack(redis.call('HMGET', state, 'reset_by', 'forgotten'))
if by == ARGV[2] then return tonumber(forgotten) end
local count = redis.call('XLEN', history)
redis.call('DEL', history)
answered(KEYS[3])
redis.call('HDEL', state, 'start')
local persona = trunk and redis.call('HEXISTS', state, 'own') == 0 and redis.call('HGET', trunk, 'persona')
if persona then redis.call('HSETNX', state, 'persona', persona) end
redis.call('HSET', state, 'own', 1, 'reset_by', ARGV[2], 'forgotten', count)
redis.call('HINCRBY', state, 'resets', 1)
redis.call('EXPIRE', state, ARGV[1])
return count
