-- What a turn needs to know of a conversation, in one round trip whose cost is that of the window.
--
-- KEYS  history, state [, the channel's history, the channel's state]
-- ARGV  most tokens to read
-- Returns {persona or nil, how often it was reset, how many exchanges there are, exchange, exchange, …}, newest first;
-- an exchange is {id, tokens, packed}.
-- A thread without a history of its own is read as its channel: it begins as a branch of that window.
local history, state = KEYS[1], KEYS[2]
local persona = redis.call('HGET', state, 'persona')
local resets = redis.call('HGET', state, 'resets') or '0'
if KEYS[4] and redis.call('HEXISTS', state, 'own') == 0 and redis.call('EXISTS', history) == 0 then
  history, state = KEYS[3], KEYS[4]
  persona = persona or redis.call('HGET', state, 'persona')
end
local start = redis.call('HGET', state, 'start') or '-'
local result, left, last = {persona, resets, redis.call('XLEN', history)}, tonumber(ARGV[1]), '+'
while true do
  local page = redis.call('XREVRANGE', history, last, start, 'COUNT', 32)
  for _, entry in ipairs(page) do
    left = left - tonumber(entry[2][2])
    if left < 0 then return result end
    result[#result + 1] = {entry[1], entry[2][2], entry[2][4]}
  end
  if #page < 32 then return result end
  last = '(' .. page[32][1]
end
