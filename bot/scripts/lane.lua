-- What the scripts of the mailbox share. KEYS[1] is the partition's stream `ready`; the names of its other keys are
-- made from it, so all are in one slot. A lane is the queue of one conversation.
--
--   ready            stream, one entry per lane that waits for a worker or has one; its pending list says whose
--   load             hash: tenant → its unanswered messages ('' → everybody's)
--   backlog:TENANT   list of lanes that wait until another one of the tenant has ended a turn, or nobody else waits
--   crowded          set of the tenants that have a backlog
--   inbox:LANE       list of messages; urgent:LANE: of those that go first
--   journal:LANE     hash: what the running turn has done so far
--   bots:CHANNEL     how many messages of bots were answered in a row there, for an hour
--   changed:MESSAGE  when a message was changed last, as far as was heard
--   known:TENANT     sorted set of the conversations in which people need not name the bot
--   rung             set while the bell has rung and nobody has emptied `ready` since
local GROUP, BELL, SHARE = 'workers', 'parley:bell', 100
-- Seconds for which a message is known: Slack delivers delayed events for 24 hours.
local MARK = 26 * 3600
local base, partition = string.match(KEYS[1], '^(.*{(%d+)}):')
local ready = KEYS[1]

local function named(kind, name) return name and base .. ':' .. kind .. ':' .. name or base .. ':' .. kind end
local load = named('load')
local function tenant_of(lane) return string.match(lane, '^[^:]+') end

local function ring()
  if redis.call('SET', named('rung'), 1, 'NX', 'EX', 5) then redis.call('PUBLISH', BELL, 'ready ' .. partition) end
end

local function place(lane)
  redis.call('XADD', ready, '*', 'lane', lane)
  ring()
end

-- Whether a lane has messages. It stands in `ready`, or in a backlog, exactly as long as it has.
local function has_messages(lane)
  return redis.call('EXISTS', named('inbox', lane), named('urgent', lane)) > 0
end

-- Let a lane stand in line. A tenant with more than SHARE messages in a partition has a line of its own beside it, so
-- that it never has more than SHARE lanes in front of others.
local function schedule(lane, messages)
  if messages <= SHARE then return place(lane) end
  local tenant = tenant_of(lane)
  redis.call('RPUSH', named('backlog', tenant), lane)
  redis.call('SADD', named('crowded'), tenant)
  ring()
end

-- Let lanes of a tenant's backlog stand in line, up to so many; how many did.
local function let_in(tenant, most)
  local backlog = named('backlog', tenant)
  local lanes = redis.call('LPOP', backlog, most) or {}
  for _, lane in ipairs(lanes) do place(lane) end
  if redis.call('EXISTS', backlog) == 0 then redis.call('SREM', named('crowded'), tenant) end
  return #lanes
end

-- Let a message wait in a list of its lane, and the lane stand in line if it does not yet.
local function append(lane, list, item)
  local stands = has_messages(lane)
  redis.call('RPUSH', list, item)
  redis.call('HINCRBY', load, '', 1)
  local messages = redis.call('HINCRBY', load, tenant_of(lane), 1)
  if not stands then schedule(lane, messages) end
end

-- Let the turn that runs in a lane stop, if one does.
local function stop(lane)
  if redis.call('EXISTS', named('journal', lane)) == 0 then return false end
  redis.call('HSET', named('journal', lane), 'stop', 1)
  redis.call('PUBLISH', BELL, 'stop ' .. lane)
  return true
end

local function less(tenant)
  local left = redis.call('HINCRBY', load, tenant, -1)
  if left <= 0 then redis.call('HDEL', load, tenant) end
  return left
end

local function leave(entry)
  redis.call('XACK', ready, GROUP, entry)
  redis.call('XDEL', ready, entry)
end

local function let_another_in(tenant)
  if redis.call('SISMEMBER', named('crowded'), tenant) == 1 then let_in(tenant, 1) end
end

-- Whether a claim holds: the entry is the worker's, and this is still the attempt that it was given for. (An entry can
-- come back to a worker that had lost it, and what that one knew is old then.)
local function holds(entry, worker, lane, try)
  local held = redis.pcall('XPENDING', ready, GROUP, entry, entry, 1)
  return not held.err and held[1] and held[1][2] == worker
    and redis.call('HGET', named('journal', lane), 'tries') == try
end

-- Why a claim does not hold, as the message's mark knows: 'ok' if what it was to come to has come already, 'lost', or
-- 'gone' if the server was emptied.
local function unheld(mark, aim)
  local became = redis.call('GET', mark)
  return not became and 'gone' or became == aim and 'ok' or 'lost'
end

-- The message that a lane is answering from a list, or else the next one: {list, message}.
local function head(lane, from)
  for _, list in ipairs({from or 'urgent', 'urgent', 'inbox'}) do
    local item = redis.call('LINDEX', named(list, lane), 0)
    if item then return list, item end
  end
end

-- Begin the message at the head of a lane, or go on with it: {entry, lane, message, journal}.
-- A message is its escaped id, its conversation's lane, whether it was begun before ('1', or the id of the message that
-- it changes), and what it holds, each on a line.
local function open(lane, entry, tries)
  local journal = named('journal', lane)
  local from, begun = unpack(redis.call('HMGET', journal, 'from', 'turn'))
  local list, item = head(lane, from)
  if not item then
    redis.call('DEL', journal)
    leave(entry)
    let_another_in(tenant_of(lane))
    return nil
  end
  local turn, conversation, again = string.match(item, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n')
  if begun == turn then
    redis.call('HINCRBY', journal, 'tries', tries)
    return {entry, lane, item, redis.call('HGETALL', journal)}
  end
  local fresh = {'turn', turn, 'from', list, 'conversation', conversation, 'again', again, 'tries', '1'}
  if begun then redis.call('DEL', journal) end
  redis.call('HSET', journal, unpack(fresh))
  -- A message may wait, or lie parked, for longer than a mark lives; the fence of its turn needs one.
  local mark = named('mark', string.match(lane, '^[^:]*:[^:]*') .. ':' .. turn)
  if redis.call('GET', mark) ~= 'accepted' then redis.call('SET', mark, 'accepted', 'EX', MARK) end
  return {entry, lane, item, fresh}
end

-- Take the message off its lane, and let the lane's next one stand in line again.
local function finish(lane, entry)
  local journal, tenant = named('journal', lane), tenant_of(lane)
  redis.call('LPOP', named(redis.call('HGET', journal, 'from'), lane))
  redis.call('DEL', journal)
  leave(entry)
  less('')
  local messages = less(tenant)
  if has_messages(lane) then schedule(lane, messages) end
  let_another_in(tenant)
end
