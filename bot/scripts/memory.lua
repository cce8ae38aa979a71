-- Keep an exchange with its usage and its window. Doing it again changes nothing.
--
-- K  history, state, usage, unanswered of every conversation that keeps the exchange; then the tenant's month;
--    then history and state of the channel that an unknown thread branches from (may be absent)
-- A  1 how many conversations keep it, 2 turn, 3 tokens, 4 packed exchange (empty: only the usage is kept),
--    5 exchange to replace (or empty), 6 and 7 first and last exchange of the window (or empty),
--    8 most exchanges kept, 9 oldest id kept, 10 seconds to live, 11 seconds the month lives,
--    12 how often the first conversation had been reset when the turn began, 13… pairs of usage field and number to add
-- Returns 1, or 0 if this turn was remembered before.
local function remember(K, A)
  local keepers, turn, tokens, packed, replaced = tonumber(A[1]), A[2], A[3], A[4], A[5]
  local first, last, life = A[6], A[7], A[10]
  local month = K[keepers * 4 + 1]
  local trunk, trunk_state = K[keepers * 4 + 2], K[keepers * 4 + 3]

  if redis.call('HGET', K[3], 'turn') == turn then return 0 end

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
    redis.call('XTRIM', history, 'MAXLEN', A[8])
    redis.call('XTRIM', history, 'MINID', A[9])
    redis.call('EXPIRE', history, life)
    redis.call('HSET', state, 'own', 1)
    if first ~= '' then redis.call('HSET', state, 'start', first) end
    redis.call('EXPIRE', state, life)
    return added
  end

  local function add(usage)
    for i = 13, #A, 2 do redis.call('HINCRBY', usage, A[i], A[i + 1]) end
  end

  local id = '*'
  for keeper = 0, keepers - 1 do
    local history, state, usage, unanswered = unpack(K, keeper * 4 + 1, keeper * 4 + 4)
    -- What was reset while the answer was written does not learn of it any more.
    local forgotten = keeper == 0 and (redis.call('HGET', state, 'resets') or '0') ~= A[12]
    if packed ~= '' and not forgotten then
      branch(history, state)
      id = append(history, state, id)
      answered(unanswered)
    end
    add(usage)
    for i = 13, #A, 2 do redis.call('HSET', usage, 'last_' .. A[i], A[i + 1]) end
    redis.call('HSET', usage, 'turn', turn)
    redis.call('EXPIRE', usage, life)
  end
  add(month)
  redis.call('EXPIRE', month, A[11])
  return 1
end
