-- Keep an exchange with its receipt, its usage and its window. Doing it again changes nothing.
--
-- K  history, state, usage, unanswered, receipts of every conversation that keeps the exchange; then the tenant's
--    month; then history, state and branches of the channel that an unknown thread branches from (may be absent)
-- A  1 how many conversations keep it, 2 turn, 3 tokens, 4 packed exchange (empty: only the usage is kept),
--    5 the messages that it answers (escaped ids), 6 name of the reply, 7 packed receipt, 8 exchange to replace
--    (or empty), 9 and 10 first and last exchange of the window (or empty), 11 most exchanges kept, 12 oldest id kept,
--    13 seconds to live, 14 seconds the month lives, 15 how often the first conversation had been reset when the turn
--    began, 16… pairs of usage field and number to add
-- Returns 1, or 0 if this turn was remembered before.
local function remember(K, A)
  local keepers, turn, tokens, packed, answers = tonumber(A[1]), A[2], A[3], A[4], A[5]
  local replaced, first, last, life = A[8], A[9], A[10], A[13]
  local month, trunk, trunk_state, branches = unpack(K, keepers * 5 + 1, keepers * 5 + 4)

  if redis.call('HGET', K[3], 'turn') == turn then return 0 end

  local function branch(history, state)
    if not trunk or history == trunk or redis.call('EXISTS', history) == 1
      or redis.call('HEXISTS', state, 'own') == 1 then return end
    local persona = redis.call('HGET', trunk_state, 'persona')
    if persona then redis.call('HSETNX', state, 'persona', persona) end
    if first == '' then return end
    redis.call('SADD', branches, history)
    redis.call('EXPIRE', branches, life)
    for _, entry in ipairs(redis.call('XRANGE', trunk, first, last)) do
      redis.call('XADD', history, entry[1], unpack(entry[2]))
    end
  end

  local function append(history, state, id)
    if replaced ~= '' then redis.call('XDEL', history, replaced) end
    local added = redis.pcall('XADD', history, id, 't', tokens, 'x', packed, 'm', answers)
    -- A thread may know a later id, when a clock went back or it was opened twice.
    if type(added) == 'table' then
      added = redis.call('XADD', history, '*', 't', tokens, 'x', packed, 'm', answers)
    end
    redis.call('XTRIM', history, 'MAXLEN', A[11])
    redis.call('XTRIM', history, 'MINID', A[12])
    redis.call('EXPIRE', history, life)
    redis.call('HSET', state, 'own', 1)
    if first ~= '' then redis.call('HSET', state, 'start', first) end
    redis.call('EXPIRE', state, life)
    return added
  end

  local function add(usage)
    for i = 16, #A, 2 do redis.call('HINCRBY', usage, A[i], A[i + 1]) end
  end

  local function hand_out(receipts)
    redis.call('XADD', receipts, 'MAXLEN', '~', 1000, '*', 'n', A[6], 'r', A[7])
    redis.call('EXPIRE', receipts, life)
  end

  local id = '*'
  for keeper = 0, keepers - 1 do
    local history, state, usage, unanswered, receipts = unpack(K, keeper * 5 + 1, keeper * 5 + 5)
    -- What was reset while the answer was written does not learn of it any more.
    local forgotten = keeper == 0 and (redis.call('HGET', state, 'resets') or '0') ~= A[15]
    if packed ~= '' and not forgotten then
      branch(history, state)
      id = append(history, state, id)
      answered(unanswered)
      hand_out(receipts)
    end
    add(usage)
    for i = 16, #A, 2 do redis.call('HSET', usage, 'last_' .. A[i], A[i + 1]) end
    redis.call('HSET', usage, 'turn', turn)
    redis.call('EXPIRE', usage, life)
  end
  add(month)
  redis.call('EXPIRE', month, A[14])
  return 1
end
