-- The end of a turn: exchange, usage and window in one atomic write. Running it again changes nothing.
--
-- KEYS  history, state, usage of every conversation that keeps the exchange; then the tenant's month;
--       then history and state of the channel that an unknown thread branches from (may be absent)
-- ARGV  1 how many conversations keep it, 2 turn, 3 tokens, 4 packed exchange (empty: only the usage is kept),
--       5 exchange to replace (or empty), 6 and 7 first and last exchange of the window (or empty),
--       8 most exchanges kept, 9 oldest id kept, 10 seconds to live, 11 seconds the month lives,
--       12… pairs of usage field and number to add
-- Returns 1, or 0 if this turn was remembered before.
local keepers, turn, tokens, packed, replaced = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local first, last, life = ARGV[6], ARGV[7], ARGV[10]
local month = KEYS[keepers * 3 + 1]
local trunk, trunk_state = KEYS[keepers * 3 + 2], KEYS[keepers * 3 + 3]

if redis.call('HGET', KEYS[3], 'turn') == turn then return 0 end

local function branch(history, state)
  if not trunk or history == trunk or redis.call('EXISTS', history) == 1
    or redis.call('HEXISTS', state, 'own') == 1 then return end
  local persona = redis.call('HGET', trunk_state, 'persona')
  if persona then redis.call('HSETNX', state, 'persona', persona) end
  if first == '' then return end
  for _, entry in ipairs(redis.call('XRANGE', trunk, first, last)) do
    redis.call('XADD', history, entry[1], unpack(entry[2]))
  end
end

local function append(history, state, id)
  if replaced ~= '' then redis.call('XDEL', history, replaced) end
  local added = redis.pcall('XADD', history, id, 't', tokens, 'x', packed)
  -- A thread may know a later id, when a clock went back or it was opened twice.
  if type(added) == 'table' then added = redis.call('XADD', history, '*', 't', tokens, 'x', packed) end
  id = added
  redis.call('XTRIM', history, 'MAXLEN', ARGV[8])
  redis.call('XTRIM', history, 'MINID', ARGV[9])
  redis.call('EXPIRE', history, life)
  redis.call('HSET', state, 'own', 1)
  if first ~= '' then redis.call('HSET', state, 'start', first) end
  redis.call('EXPIRE', state, life)
  return id
end

local function add(usage)
  for i = 12, #ARGV, 2 do redis.call('HINCRBY', usage, ARGV[i], ARGV[i + 1]) end
end

local id = '*'
for keeper = 0, keepers - 1 do
  local history, state, usage = KEYS[keeper * 3 + 1], KEYS[keeper * 3 + 2], KEYS[keeper * 3 + 3]
  if packed ~= '' then
    branch(history, state)
    id = append(history, state, id)
  end
  add(usage)
  for i = 12, #ARGV, 2 do redis.call('HSET', usage, 'last_' .. ARGV[i], ARGV[i + 1]) end
  redis.call('HSET', usage, 'turn', turn)
  redis.call('EXPIRE', usage, life)
end
add(month)
redis.call('EXPIRE', month, ARGV[11])
return 1
